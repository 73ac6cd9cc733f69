// Stands for a command in an operator's terminal: hands its words and its input on, and ends as it did.
import { text } from 'node:stream/consumers'

const [url, ...words] = process.argv.slice(2)
const answer = await fetch(url, {
  method: 'POST',
  body: JSON.stringify({ words, input: await text(process.stdin) }),
})
const { exitCode, lines, errors } = await answer.json()
for (const line of lines) process.stdout.write(`${line}\n`)
for (const line of errors) process.stderr.write(`${line}\n`)
process.exitCode = exitCode
