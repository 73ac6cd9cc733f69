export const HELP = `Usage: sallyport <command> [--outputs <file>] [--stack <name>]

  connect <fhir-base>            Asks an EHR what it is, and adds a connection to it to the registry
                                 file; prints what to register, and a mail that asks for it.
  doctor <connection>            Says what of a connection works, and what to ask the hospital.
  status [connection]            Says of each connection whether it works, since when it fails, how many
                                 sessions it has, and when it was last launched.
  smoke                          Launches, refreshes and reads on the deployed stack with a test EHR
                                 of its own, and checks what only a real account can show.
  vendors [id]                   Lists the vendors' profiles and what each asks for at registration.
  registry check <file>          Says what is wrong with a registry file. Reaches nothing.
  registry diff <file>           Says what apply would change, by row and field. Writes nothing.
  registry apply <file>          Makes the file the registry of the deployed stack.
  registry show                  Prints what the deployed stack's registry holds.
  registry schema                Prints the JSON Schema of registry files.
  secret set client <name>       Reads an OAuth client secret from standard input and keeps it.
  secret set sso <name>          The same for the secret that signs an app's SSO messages.
  secret set webhook <name>      The same for the secret that signs an app's webhooks.
  secret set link <name>         The same for the secret that an EHR signs its links with.
  secret retire <kind> <name>    Takes the one before the newest out of use. Kinds as of secret set.
  saml import <file or address>  Prints the signOn of a connection, from a provider's metadata.
  sessions list                  Lists sessions, all or by --connection and --state.
  sessions show <key>            Shows one, named by its key or by enough of it; no token is shown.
  sessions end <key>             Ends one.
  sessions end-all <connection>  Ends all of a connection; with --every-connection in its place, all.
  sessions end-restored <table>  Ends the sessions of a restored copy of the Sessions table.
  audit session <key>            Lists the requests that were made in a session, and of what; also of
                                 one that is over.
  audit app <id>                 The same of an app.
  audit connection <id>          The same of a connection.
                                 For a SessionID in place of a key: "-", and standard input.
  vault reseal                   Seals all sessions’ tokens anew, under the newest sealing key.
  why <reference id>             Tells from the logs what became of that request's launch.
  help                           This text.
  --version                      Which release this is.

  --outputs <file>               What "cdk deploy --outputs-file" wrote. Left out:
                                 cdk-outputs.json, else .sallyport/outputs.json.
  --stack <name>                 Which stack of that file, where there are several.
  --since <length>               Of why and audit: how far back to look, as 30m, 12h (24h is usual), 7d.
  --json                         Of why, audit, status, sessions, vendors, doctor: JSON in place of text.
  --file <file>                  Of connect: the registry file; registry.json when left out. Of
                                 doctor: a registry file that is not applied yet.
  --app <id>, --sso-url <url>    Of connect: the app, and where it takes sign-ons if it is new.
  --organization <slug>, --environment <name>, --vendor <id>, --client-id <id>, --scopes "<a b>"
                                 Of connect: what it would else propose, or leave open.
  --ehr-url <url>, --ehr-port <port>
                                 Of smoke: the https address that leads to this port (4710) here.
  --without <check,check>        Of smoke: checks that do not apply to this stack.
  --connection <id>, --state <state>
                                 Of sessions list: active, reauthorization-required, ending, expired.

AWS is reached as your environment says (AWS_PROFILE, AWS_REGION, AWS_ENDPOINT_URL, …).
Exit status: 0 done, 1 problems or failure, 2 not understood.`
