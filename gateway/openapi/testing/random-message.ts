// A random message of any type, for tests of what its schema says.
import { create, type DescField, type DescMessage, type Message, ScalarType } from "@bufbuild/protobuf";
import { reflect } from "@bufbuild/protobuf/reflect";
import type { Rng } from "#core/rng.ts";

const whole = (rng: Rng, below: number) => Math.floor(rng.float() * below);

/** Half of the fields are set; `depth` bounds how far messages nest. */
export function randomMessage(type: DescMessage, rng: Rng, depth = 4): Message {
  const message = create(type);
  const reflected = reflect(type, message);
  for (const field of type.fields) {
    if (rng.float() < 0.5) continue;
    if (field.oneof && reflected.oneofCase(field.oneof)) continue;
    if (field.message && depth === 0) continue;
    if (field.fieldKind === "list") {
      const list = reflected.get(field);
      for (let left = whole(rng, 3); left > 0; left--) list.add(value(field, rng, depth) as never);
    } else if (field.fieldKind !== "map") {
      reflected.set(field, value(field, rng, depth) as never);
    }
  }
  return message;
}

function value(field: DescField, rng: Rng, depth: number): unknown {
  if (field.message) {
    const isTime = field.message.typeName.startsWith("google.protobuf.");
    const inner = isTime
      ? create(field.message, { seconds: BigInt(whole(rng, 2 ** 31)), nanos: whole(rng, 1e9) })
      : randomMessage(field.message, rng, depth - 1);
    return reflect(field.message, inner);
  }
  if (field.enum) return field.enum.values[whole(rng, field.enum.values.length)]!.number;
  return scalar(field.scalar ?? ScalarType.STRING, rng);
}

const texts = ["", "code", "a b", "줄\n", "🙂", "0198b0c3-9a1f-7c3e-8000-0123456789ab", "src/main.mjs", "../x"];

function scalar(type: ScalarType, rng: Rng): unknown {
  const number = whole(rng, 2 ** 31) * (rng.float() < 0.5 ? 0 : 1);
  if (type === ScalarType.STRING) return texts[whole(rng, texts.length)];
  if (type === ScalarType.BOOL) return rng.float() < 0.5;
  if (type === ScalarType.BYTES) return rng.bytes(whole(rng, 20));
  if (type === ScalarType.INT64 || type === ScalarType.UINT64) return BigInt(number) << 20n;
  return number;
}
