// A real OpenID provider (npm oidc-provider) for the tests. Arguments: port (0: any that is free), redirect address, client's
// secret, file of keys (JWK set), file of groups by name. Whoever is typed into its login page exists. It says its port when it
// can be asked: it listens before it chooses its name, so nobody else can have the port.
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import Provider from "../../../../web/node_modules/oidc-provider/lib/index.js";

const [wanted, redirect, secret, keys, groups] = process.argv.slice(2);
const server = createServer();

server.listen(Number(wanted), "127.0.0.1", () => {
  const { port } = server.address();
  const provider = new Provider(`http://127.0.0.1:${port}`, {
    clients: [
      { client_id: "onevisit", client_secret: secret, redirect_uris: [redirect], response_types: ["code"] },
      { client_id: "other", client_secret: secret, redirect_uris: [redirect], response_types: ["code"] },
    ],
    jwks: JSON.parse(readFileSync(keys, "utf8")),
    cookies: { keys: ["of the test"] },
    conformIdTokenClaims: false,
    claims: { openid: ["sub", "groups"], profile: ["name"] },
    pkce: { required: () => true },
    async findAccount(_, id) {
      const its = JSON.parse(readFileSync(groups, "utf8"))[id] ?? [];
      return { accountId: id, claims: () => ({ sub: id, name: `Name of ${id}`, groups: its }) };
    },
  });
  server.on("request", provider.callback());
  process.stdout.write(`ready ${port}\n`);
});
