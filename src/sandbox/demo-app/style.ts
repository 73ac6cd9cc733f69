/** How the app's pages look: its own, so that nobody takes it for the EHR. */
export const STYLE = `
body{background:#faf7f5}
.bar{background:#fff;border-bottom:1px solid #e9dfda;padding:.85rem 1.5rem;display:flex;gap:.7rem;align-items:center}
.bar .mark{color:#b4304a;font-size:1.3rem;line-height:1}
.bar strong{font-size:1.1rem}
.bar .who{margin-left:auto;text-align:right;line-height:1.3}
.bar .who small{color:#75646a;display:block}
main{max-width:60rem;margin:1.75rem auto;padding:0 1.25rem}
main.narrow{max-width:36rem}
h1{font-size:1.7rem;line-height:1.2}
main>h1{margin-bottom:1.1rem}
h2{font-size:1.15rem}
p.lead{color:#5f5257;margin:.3rem 0 1rem}
.card{background:#fff;border:1px solid #e9dfda;border-radius:.8rem;padding:1.2rem 1.4rem;margin-bottom:1.1rem}
.patient{border-left:.35rem solid #b4304a}
.facts{display:flex;flex-wrap:wrap;gap:.25rem 2rem;margin-top:.5rem}
.facts div{display:flex;gap:.5rem}
.facts dt{color:#75646a}
.facts dd{font-weight:600}
.head{display:flex;align-items:baseline;gap:1rem;margin-bottom:.7rem}
.head span{color:#75646a}
.button{margin-left:auto;text-decoration:none;font-weight:600;color:#fff;background:#b4304a;border-radius:.5rem;padding:.45rem 1.1rem}
.button:hover{background:#96243b}
main a:not(.button){color:#96243b}
form{margin-top:.8rem}
form button{font:inherit;font-weight:600;color:#96243b;background:#fff;border:1px solid #b4304a;border-radius:.5rem;padding:.35rem 1rem;cursor:pointer}
form button:hover{background:#fbeef0}
table{width:100%;border-collapse:collapse}
th{text-align:left;font-size:.8rem;text-transform:uppercase;letter-spacing:.05em;color:#75646a;padding:.4rem .5rem;border-bottom:2px solid #e9dfda}
td{padding:.45rem .5rem;border-bottom:1px solid #f1eae6;vertical-align:baseline}
td.result{font-variant-numeric:tabular-nums;font-weight:600}
td.when{color:#5f5257;white-space:nowrap}
@media(max-width:40rem){
main{margin:1rem auto;padding:0 .75rem}
.bar{padding:.7rem 1rem}
.card{padding:1rem}
.head{flex-wrap:wrap;gap:.25rem 1rem}
table{font-size:.94rem}
td.when{white-space:normal;font-size:.82rem;min-width:5.6rem}
th,td{padding:.4rem .2rem}
.flag{padding:.1rem .45rem}
.button{padding:.35rem .8rem}
th:first-child,td:first-child{padding-left:0}
.views{text-align:left}
}
.flag{font-size:.8rem;font-weight:650;border-radius:1rem;padding:.1rem .6rem}
.High{background:#fde4e4;color:#8f1d22}
.Low{background:#e2ecfb;color:#1d4380}
.views{text-align:right}
.views a{color:#96243b}
.summary h3{font-size:.8rem;text-transform:uppercase;letter-spacing:.05em;color:#75646a;margin:1rem 0 .3rem}
.summary ul{list-style:none}
.summary li{padding:.2rem 0;border-bottom:1px solid #f1eae6}
.summary li span{color:#5f5257}
.summary details{margin-top:1rem;color:#5f5257}
@media(min-width:64rem){
main:has(.summary){max-width:96rem;display:grid;grid-template-columns:1fr 1fr;gap:0 1.1rem;align-items:start}
main:has(.summary)>*{grid-column:1/-1}
main:has(.summary)>:nth-last-child(2){grid-column:1}
main:has(.summary)>.summary{grid-column:2}
}
.problem p+p{margin-top:.5rem}
.problem{background:#fff4e0;border-color:#eccf94}
`
