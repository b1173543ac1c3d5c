// A simulator as a process of its own: it tells its parent where it listens, and leaves with it.
import { simulator } from "./simulator.ts";

const provider = await simulator();
process.on("disconnect", () => process.exit(0));
process.send?.({ url: provider.url });
