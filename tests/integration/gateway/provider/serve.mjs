// A real OpenID provider (npm oidc-provider) for the tests. Arguments: port, redirect address, client's secret, file of
// keys (JWK set), file of groups by name. Whoever is typed into its login page exists.
import { readFileSync } from "node:fs";
import Provider from "../../../../web/node_modules/oidc-provider/lib/index.js";

const [port, redirect, secret, keys, groups] = process.argv.slice(2);
const issuer = `http://127.0.0.1:${port}`;

const provider = new Provider(issuer, {
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
provider.listen(Number(port), "127.0.0.1", () => process.stdout.write("ready\n"));
