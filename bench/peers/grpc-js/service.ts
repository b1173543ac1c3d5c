// The service as grpc-js knows it: loaded from the .proto files, with the options of gRPC's own guide.
import { fileURLToPath } from "node:url";
import { loadPackageDefinition, type ServiceClientConstructor } from "@grpc/grpc-js";
import { loadSync } from "@grpc/proto-loader";

const definition = loadSync("synapse/v1/claude.proto", {
  includeDirs: [fileURLToPath(new URL("../../../proto", import.meta.url))],
  keepCase: true,
  longs: String,
  enums: String,
  defaults: true,
  oneofs: true,
});
const loaded = loadPackageDefinition(definition) as unknown as {
  synapse: { v1: { ClaudeService: ServiceClientConstructor } };
};

export const { ClaudeService } = loaded.synapse.v1;
