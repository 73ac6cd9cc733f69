/** How the EHR's pages look: a hospital's, in blue and green. */
export const EHR_STYLE = `
body{background:#eef2f5;min-height:100vh}
.bar{background:#123a4a;color:#fff;padding:.8rem 1.5rem;display:flex;gap:.75rem;align-items:center}
.bar strong{font-size:1.05rem;letter-spacing:.01em}
.bar small{color:#a9cbd6;font-size:.9rem;margin-left:auto}
.mark{width:1.5rem;height:1.5rem;border-radius:.4rem;background:#4fc3c7;color:#123a4a;display:grid;place-items:center;font-weight:700}
main{max-width:56rem;margin:2rem auto;padding:0 1.25rem}
main.narrow{max-width:40rem}
h1{font-size:1.6rem;line-height:1.25;margin-bottom:.35rem}
.lead{color:#506273;margin:0 0 1.5rem}
.card{background:#fff;border:1px solid #d6dfe6;border-radius:.75rem;padding:1.25rem 1.4rem;margin-bottom:1rem}
fieldset{border:0}
legend{float:left;width:100%}
.choices{clear:both}
legend,h2{font-size:.8rem;font-weight:650;text-transform:uppercase;letter-spacing:.06em;color:#506273;padding:0;margin-bottom:.7rem}
.choices{display:grid;grid-template-columns:repeat(auto-fit,minmax(15rem,1fr));gap:.6rem}
.choices label{display:flex;gap:.7rem;padding:.75rem .85rem;border:1px solid #d6dfe6;border-radius:.6rem;cursor:pointer}
.choices label:has(:checked){border-color:#0d7f86;background:#ecf8f8;box-shadow:inset 0 0 0 1px #0d7f86}
.choices input{margin:.3rem 0 0;accent-color:#0d7f86}
.choices b{display:block;font-weight:600}
.choices small{display:block;color:#506273;font-size:.85rem}
.actions{display:flex;gap:.75rem;margin-top:1.25rem}
.at-hand{position:sticky;bottom:0;margin-top:0;padding:.75rem 0;background:#eef2f5}
button{font:inherit;font-weight:600;padding:.65rem 1.5rem;border-radius:.55rem;border:1px solid #0d6f76;background:#0d7f86;color:#fff;cursor:pointer}
button:hover{background:#0b6a70}
button.plain{background:#fff;color:#0d5c62;border-color:#9fb6bf}
button.plain:hover{background:#f0f5f6}
.scopes{list-style:none;display:grid;gap:.55rem}
.scopes li{display:flex;justify-content:space-between;align-items:baseline;gap:1rem;border-bottom:1px solid #edf1f4;padding-bottom:.5rem}
.scopes li:last-child{border:0;padding:0}
@media(max-width:40rem){.bar small{display:none}}
a{color:#0d5c62}
code{font:.8rem ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;color:#506273;background:#f3f6f8;border-radius:.3rem;padding:.1rem .4rem;white-space:nowrap}
.facts{display:grid;grid-template-columns:auto 1fr;gap:.3rem 1rem}
.facts dt{color:#506273}
.facts dd{font-weight:600}
`
