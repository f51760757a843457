/** TLS in Node.js: who is trusted, and who the client is. */

import assert from "node:assert/strict";
import { Agent as SecureAgent } from "node:https";
import { test } from "node:test";
import type { TLSSocket, TlsOptions } from "node:tls";
import { selfSigned } from "../../../../scripts/test/self-signed.ts";
import type { TransportOptions } from "../../src/engine/transport.ts";
import { HttpAnswer } from "../../src/node/http-answer.ts";
import { connect, names, refusal, serve } from "./engine-server.ts";

const { key, cert } = selfSigned;

/** For example.org, for a hundred years; the key is public. */
const elsewhere = {
  key: `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQge4Byhoxdqej7eB9u
ILKHZYtP9qwuhEnqb0P1UpOD9XuhRANCAAReUA8FqXMsnfAGMTmnkUi3VTGxeRpe
2eK41/YI0NFgpHItb8DmXdZwX1ZvQIM1vQTQgZpppUAeiCmG+yO2dmbn
-----END PRIVATE KEY-----`,
  cert: `-----BEGIN CERTIFICATE-----
MIIBmjCCAUGgAwIBAgIURZCMhK9QvJ1IGw0p5dONh8ojtdowCgYIKoZIzj0EAwIw
FjEUMBIGA1UEAwwLZXhhbXBsZS5vcmcwIBcNMjYxMTIyMDE0MzA4WhgPMjEyNjEw
MjkwMTQzMDhaMBYxFDASBgNVBAMMC2V4YW1wbGUub3JnMFkwEwYHKoZIzj0CAQYI
KoZIzj0DAQcDQgAEXlAPBalzLJ3wBjE5p5FIt1UxsXkaXtniuNf2CNDRYKRyLW/A
5l3WcF9Wb0CDNb0E0IGaaaVAHogphvsjtnZm56NrMGkwHQYDVR0OBBYEFP/4C8tJ
l3f+JMEbqMlBNhTpm6YGMB8GA1UdIwQYMBaAFP/4C8tJl3f+JMEbqMlBNhTpm6YG
MA8GA1UdEwEB/wQFMAMBAf8wFgYDVR0RBA8wDYILZXhhbXBsZS5vcmcwCgYIKoZI
zj0EAwIDRwAwRAIgPLAh6jwYg99T3pL6QCuVJt2spI/QHD1jThG8wkHOd60CIE/W
Uev23at97uH38zoVtAs+ZiR6e35In3bfcJ7I/BBh
-----END CERTIFICATE-----`,
};
const asksForCertificate: TlsOptions = { key, cert, ca: cert, requestCert: true };

const trusted: readonly [name: string, options: Partial<TransportOptions>][] = [
  ["by its certificate authority", { ca: cert }],
  ["by nobody, without rejectUnauthorized", { rejectUnauthorized: false }],
  ["by name", { hostname: "localhost", ca: cert, family: 4 }],
  ["by an agent", { agent: new SecureAgent({ ca: cert }) }],
  ["by a check of the program's", { ca: cert, checkServerIdentity: () => undefined }],
  ["with ciphers", { ca: cert, ciphers: "ECDHE-ECDSA-AES128-GCM-SHA256:TLS_AES_128_GCM_SHA256" }],
];

const refused: readonly [name: string, options: Partial<TransportOptions>, code: RegExp, shown?: TlsOptions][] = [
  ["signed by nobody", {}, /self-signed/],
  ["of another host", { ca: elsewhere.cert }, /does not match/, elsewhere],
  ["that the program does not want", { ca: cert, checkServerIdentity: () => new Error("unwanted") }, /unwanted/],
  ["with null for defaults", { ca: null, rejectUnauthorized: undefined }, /self-signed/],
];

for (const name of names) {
  for (const [how, options] of trusted) {
    test(`${name}: a server is trusted ${how}`, async (t) => {
      const served = await serve(t, {}, { key, cert });
      const { packets } = await connect(t, name, { port: served.port, secure: true, ...options });
      assert.equal(packets[0]?.type, "open");
    });
  }

  for (const [which, options, expected, shown = { key, cert }] of refused) {
    test(`${name}: a certificate ${which} is refused`, async (t) => {
      const served = await serve(t, {}, shown);
      const { description, context } = await refusal(name, { port: served.port, secure: true, ...options });
      const reason = context instanceof HttpAnswer ? context.statusText : Reflect.get(Object(description), "message");
      assert.match(String(reason), expected);
    });
  }

  test(`${name}: the client shows its certificate`, async (t) => {
    const served = await serve(t, {}, asksForCertificate);
    const accepted = served.accepted();
    await connect(t, name, { port: served.port, secure: true, key, cert, ca: cert });
    const socket = (await accepted).request.socket as TLSSocket;
    assert.equal(socket.authorized, true);
    assert.equal(socket.getPeerCertificate().subject.CN, "localhost");
  });

  test(`${name}: without one, a server that wants it refuses`, async (t) => {
    const served = await serve(t, {}, asksForCertificate);
    const error = await refusal(name, { port: served.port, secure: true, ca: cert });
    assert.equal(error.type, "TransportError");
  });
}
