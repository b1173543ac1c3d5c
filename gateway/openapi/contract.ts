// The files of the contract: those of the services the gateway answers, and those they share.
import type { DescFile } from "@bufbuild/protobuf";
import { services } from "../routes/rpc.ts";

/** Files with a service first, then the shared ones. */
export const contract: readonly DescFile[] = (() => {
  const found = new Set<DescFile>(services.map(({ file }) => file));
  for (const file of found) {
    for (const each of file.dependencies) if (each.proto.package === file.proto.package) found.add(each);
  }
  return [...found];
})();
