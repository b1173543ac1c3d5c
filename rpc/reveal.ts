// Server interceptor: errors of handlers reach the caller through `tell`, and so with a reason and without secrets.
import type { AnyRequest, AnyResponse, Interceptor } from "#core/call.ts";
import { requestIdKey } from "./request-id.ts";
import type { Tell } from "./tell.ts";

/** Outermost of the server's interceptors but for measuring. */
export function reveal(tell: Tell): Interceptor {
  return (next) => (req) => {
    const throwTold = (error: unknown): never => {
      throw told(tell, req, error);
    };
    const answered = (res: AnyResponse) =>
      res.stream ? { ...res, message: revealed(res.message, (error) => told(tell, req, error)) } : res;
    try {
      return next(req).then(answered, throwTold);
    } catch (error) {
      return throwTold(error);
    }
  };
}

function told(tell: Tell, req: AnyRequest, error: unknown): Error {
  const method = `${req.service.typeName}/${req.method.name}`;
  return tell({ requestId: req.contextValues.get(requestIdKey), method, error });
}

async function* revealed<T>(messages: AsyncIterable<T>, told: (error: unknown) => Error): AsyncIterable<T> {
  try {
    yield* messages;
  } catch (error) {
    throw told(error);
  }
}
