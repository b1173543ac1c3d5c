// What a service's routes implement, noted while they are given to Connect's router: the fast path calls the same functions.
import type { DescMethod } from "@bufbuild/protobuf";
import {
  type ConnectRouter,
  createMethodImplSpec,
  createServiceImplSpec,
  type MethodImplSpec,
} from "@connectrpc/connect";

/** A router that hands everything on and notes what it was given; services with options of their own are left to the stock handler. */
export function noting(router: ConnectRouter, noted: (spec: MethodImplSpec) => void): ConnectRouter {
  const result: ConnectRouter = {
    handlers: router.handlers,
    service(service, implementation, options) {
      router.service(service, implementation, options);
      if (options === undefined) {
        for (const spec of Object.values(createServiceImplSpec(service, implementation).methods)) noted(spec);
      }
      return result;
    },
    rpc(method, implementation, options) {
      router.rpc(method, implementation, options);
      if (options === undefined) noted(createMethodImplSpec(method as DescMethod, implementation as never));
      return result;
    },
  };
  return result;
}
