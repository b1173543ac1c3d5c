// What a function is called: by itself, by what it is assigned to, or by the class or object it belongs to.
import type { Class, Node, ObjectExpression } from "oxc-parser";

/** A name offered to a function, and where what it names begins. */
interface Offer {
  readonly name: string;
  readonly start: number;
}

export interface Names {
  /** Notes the names that `node` gives to the functions right beneath it. */
  offer(node: Node): void;
  /** The name of a function and where it begins. */
  of(node: Node & { id?: { name: string } | null }): Offer;
}

export function naming(source: string): Names {
  const offers = new Map<Node, Offer>();

  function give(node: Node | null | undefined, name: string, start?: number): void {
    const inner = bare(node);
    if (inner !== undefined && name !== "") offers.set(inner, { name, start: start ?? inner.start });
  }

  function offer(node: Node): void {
    if (node.type === "VariableDeclarator") give(node.init, nameOf(node.id));
    else if (node.type === "AssignmentExpression" || node.type === "AssignmentPattern")
      give(node.right, nameOf(node.left));
    else if (node.type === "ExportDefaultDeclaration") give(node.declaration, "default");
    else if (node.type === "ObjectExpression") offerInObject(node);
    else if (node.type === "ClassDeclaration" || node.type === "ClassExpression") offerInClass(node);
  }

  function offerInObject(node: ObjectExpression): void {
    const owner = offers.get(node)?.name;
    for (const property of node.properties) {
      if (property.type !== "Property") continue;
      const name = keyOf(property.key, property.computed);
      const isOwn = property.method || property.kind !== "init";
      give(property.value, owner === undefined ? name : `${owner}.${name}`, isOwn ? property.start : undefined);
    }
  }

  function offerInClass(node: Class): void {
    const owner = node.id?.name ?? offers.get(node)?.name ?? "(class)";
    for (const member of node.body.body) {
      if (member.type === "MethodDefinition") {
        give(member.value, `${owner}.${keyOf(member.key, member.computed)}`, member.start);
      } else if (member.type === "PropertyDefinition" || member.type === "AccessorProperty") {
        give(member.value, `${owner}.${keyOf(member.key, member.computed)}`);
      }
    }
  }

  function keyOf(key: Node, computed: boolean): string {
    if (computed) return `[${source.slice(key.start, Math.min(key.end, key.start + 40))}]`;
    if (key.type === "PrivateIdentifier") return `#${key.name}`;
    return key.type === "Identifier" ? key.name : key.type === "Literal" ? String(key.value) : "(computed)";
  }

  /** The name of what is assigned to, such as "a" or "module.exports.b"; empty when it has none. */
  function nameOf(target: Node): string {
    if (target.type === "Identifier") return target.name;
    const text =
      target.type === "MemberExpression" ? source.slice(target.start, Math.min(target.end, target.start + 80)) : "";
    return /^[\w$]+(\.#?[\w$]+)+$/.test(text) ? text : "";
  }

  function of(node: Node & { id?: { name: string } | null }): Offer {
    const offered = offers.get(node);
    return { name: node.id?.name ?? offered?.name ?? "(anonymous)", start: offered?.start ?? node.start };
  }

  return { offer, of };
}

/** What is left without the types around it. */
function bare(node: Node | null | undefined): Node | undefined {
  let inner = node;
  while (
    inner?.type === "TSAsExpression" ||
    inner?.type === "TSSatisfiesExpression" ||
    inner?.type === "TSNonNullExpression"
  ) {
    inner = inner.expression;
  }
  return inner ?? undefined;
}
