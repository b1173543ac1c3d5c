// What the driver and its processes say to each other: one JSON object a line, on stdin and stdout.

/** To a client. */
export type ClientRequest =
  | { op: "unary"; calls: number; concurrency: number }
  /** One stream; `messages` is how many must come. */
  | { op: "stream"; messages: number };

/** From a client. */
export interface ClientAnswer {
  elapsedMs: number;
  /** CPU time of the whole process, in microseconds. */
  cpuUs: number;
  errors: number;
  /** The words of the first error; empty without one. */
  firstError: string;
  /** One for each call, in microseconds; empty unless calls came one after another. */
  latenciesUs: number[];
}

/** From a server, first of all. */
export interface Listening {
  port: number;
}

/** To a server, at any time. */
export interface ServerRequest {
  op: "cpu";
}

/** From a server: the CPU time of the whole process since its start, in microseconds. */
export interface ServerAnswer {
  cpuUs: number;
}
