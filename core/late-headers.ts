// Headers of the web over plain ones: made when they are asked for, which most calls never do.

/** Headers as node:http2 gives them, with names in lower case. */
export type PlainHeaders = Readonly<Record<string, string | string[] | undefined>>;

/** Which of the names are meant: Connect's unary answers have their trailers among the headers, behind a prefix. */
export interface Names {
  /** Only those that begin with it, and without it. */
  prefix: string;
  /** None that begins with it. */
  except: string | undefined;
}

const allNames: Names = { prefix: "", except: undefined };
/** HTTP/2's own begin with it. */
const colon = 58;
/** What needs no check and no change to be a header. */
const simpleName = /^[a-z][a-z0-9-]*$/;
const simpleValue = /^[!-~]+$/;
const none: PlainHeaders = Object.freeze(Object.create(null));

/**
 * A `Headers` whose table is built with its first use but a look for one name. Building one costs about as much as
 * protobuf does for a small message, and a call has four of them.
 */
export class LateHeaders {
  #from: PlainHeaders;
  readonly #names: Names;
  /** What was set where there was nothing before: it is all there is. */
  #own: Record<string, string> | undefined;
  #made: Headers | undefined;

  constructor(from: PlainHeaders = none, names: Names = allNames) {
    this.#from = from;
    this.#names = names;
  }

  /** All that is in it, if that is known without making it. */
  get known(): [string, string][] | undefined {
    if (this.#made) return undefined;
    return this.#from === none ? [] : this.#own && Object.entries(this.#own);
  }

  get(name: string): string | null {
    if (this.#made) return this.#made.get(name);
    const value = this.#look(name);
    return value === undefined ? null : typeof value === "string" ? value : value.join(", ");
  }
  has(name: string): boolean {
    return this.#made ? this.#made.has(name) : this.#look(name) !== undefined;
  }
  append(name: string, value: string): void {
    this.#make().append(name, value);
  }
  set(name: string, value: string): void {
    const hasOnlyOwn = this.#made === undefined && this.#names === allNames && (this.#from === none || this.#own);
    if (!hasOnlyOwn || !simpleName.test(name) || !simpleValue.test(value)) {
      this.#make().set(name, value);
      return;
    }
    this.#own ??= {};
    this.#own[name] = value;
    this.#from = this.#own;
  }
  delete(name: string): void {
    this.#make().delete(name);
  }
  getSetCookie(): string[] {
    return this.#make().getSetCookie();
  }
  forEach(each: (value: string, name: string, all: Headers) => void, self?: unknown): void {
    for (const [name, value] of this.#make()) each.call(self, value, name, this as unknown as Headers);
  }
  keys() {
    return this.#make().keys();
  }
  values() {
    return this.#make().values();
  }
  entries() {
    return this.#make().entries();
  }
  [Symbol.iterator]() {
    return this.#make()[Symbol.iterator]();
  }
  [Symbol.for("nodejs.util.inspect.custom")]() {
    return this.#make();
  }

  #look(name: string): string | string[] | undefined {
    const { prefix, except } = this.#names;
    const full = prefix + name.toLowerCase();
    if (full.charCodeAt(0) === colon || (except !== undefined && full.startsWith(except))) return undefined;
    return Object.hasOwn(this.#from, full) ? this.#from[full] : undefined;
  }

  #make(): Headers {
    this.#made ??= headersOf(this.#from, this.#names);
    return this.#made;
  }
}
// For whoever asks with `instanceof`; all of its methods are the class's own.
Object.setPrototypeOf(LateHeaders.prototype, Headers.prototype);

/** Headers as Connect's interceptors and handlers see them: without HTTP/2's own. */
export function lateHeaders(from?: PlainHeaders, names?: Names): Headers {
  return new LateHeaders(from, names) as unknown as Headers;
}

/** The same, made at once. */
export function headersOf(from: PlainHeaders, { prefix, except }: Names = allNames): Headers {
  const headers = new Headers();
  for (const full in from) {
    const value = from[full];
    if (value === undefined || full.charCodeAt(0) === colon) continue;
    if (!full.startsWith(prefix) || (except !== undefined && full.startsWith(except))) continue;
    const name = full.slice(prefix.length);
    if (typeof value === "string") headers.set(name, value);
    else for (const each of value) headers.append(name, each);
  }
  return headers;
}

/** What is in them. */
export function entriesOf(headers: Headers): Iterable<[string, string]> {
  return (headers instanceof LateHeaders && headers.known) || headers;
}
