// X.509 certificates for tests of TLS, written by hand in DER (RFC 5280, section 4.1): no tool and no file is needed.
import { generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { systemClock } from "#core/clock.ts";

export interface Identity {
  /** The certificate, in PEM. */
  readonly cert: string;
  /** Its private key, in PEM. */
  readonly key: string;
  readonly name: string;
  readonly privateKey: KeyObject;
}

/** An authority that signs itself. */
export function authority(name: string): Identity {
  // basicConstraints, critical: this is an authority.
  const constraints = extension("551d13", true, sequence(tagged(0x01, Buffer.from([0xff]))));
  return identity(name, [constraints]);
}

/** A certificate for 127.0.0.1 and localhost, signed by the authority. */
export function serverIdentity(issuer: Identity): Identity {
  const names = sequence(tagged(0x82, Buffer.from("localhost")), tagged(0x87, Buffer.from([127, 0, 0, 1])));
  return identity("localhost", [extension("551d11", false, names)], issuer);
}

function identity(name: string, extensions: Buffer[], issuer?: Identity): Identity {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const algorithm = sequence(oid("2a8648ce3d040302")); // ecdsa-with-SHA256
  const day = 86_400_000;
  const now = systemClock.date().getTime();
  const body = sequence(
    tagged(0xa0, integer(2)), // version 3
    integer(1 + Math.floor(now % 1e6)),
    algorithm,
    distinguished(issuer?.name ?? name),
    sequence(time(now - day), time(now + day)),
    distinguished(name),
    publicKey.export({ type: "spki", format: "der" }),
    tagged(0xa3, sequence(...extensions)),
  );
  const signature = sign("sha256", body, issuer?.privateKey ?? privateKey);
  const der = sequence(body, algorithm, tagged(0x03, Buffer.concat([Buffer.from([0]), signature])));
  const base64 = (der.toString("base64").match(/.{1,64}/g) ?? []).join("\n");
  return {
    cert: `-----BEGIN CERTIFICATE-----\n${base64}\n-----END CERTIFICATE-----\n`,
    key: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    name,
    privateKey,
  };
}

function tagged(tag: number, content: Uint8Array): Buffer {
  const { length } = content;
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}

function sequence(...items: Uint8Array[]): Buffer {
  return tagged(0x30, Buffer.concat(items));
}

/** A small positive number. */
function integer(value: number): Buffer {
  const bytes = Buffer.alloc(5);
  bytes.writeUInt32BE(value, 1);
  const first = bytes.findIndex((byte, at) => at === 4 || byte !== 0 || bytes[at + 1]! >= 128);
  return tagged(0x02, bytes.subarray(first));
}

function oid(hex: string): Buffer {
  return tagged(0x06, Buffer.from(hex, "hex"));
}

function time(ms: number): Buffer {
  const digits = new Date(ms).toISOString().replace(/[-:T]/g, "").slice(2, 14);
  return tagged(0x17, Buffer.from(`${digits}Z`));
}

/** A name that has a common name only. */
function distinguished(name: string): Buffer {
  return sequence(tagged(0x31, sequence(oid("550403"), tagged(0x0c, Buffer.from(name)))));
}

function extension(hex: string, isCritical: boolean, value: Buffer): Buffer {
  const critical = isCritical ? [tagged(0x01, Buffer.from([0xff]))] : [];
  return sequence(oid(hex), ...critical, tagged(0x04, value));
}
