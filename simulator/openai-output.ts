// The items of a Responses answer, each with the events that build it up.
import type { Event } from "./dialect.ts";
import { piecesOf, type Said } from "./said.ts";

interface Item {
  item: object;
  /** Without their `output_index`. */
  events: (Event & { event: string; data: object })[];
}

export function outputOf(said: Said): Item[] {
  return [
    ...(said.reasoning ? [reasoning(said)] : []),
    ...(said.sources.length > 0 ? [search(said)] : []),
    ...(said.text || said.toolCalls.length === 0 ? [message(said)] : []),
    ...said.toolCalls.map((_, at) => call(said, at)),
  ];
}

function reasoning({ id, reasoning }: Said): Item {
  const item = { id: `rs_${id}`, type: "reasoning", summary: [{ type: "summary_text", text: reasoning }] };
  const at = { item_id: item.id, summary_index: 0 };
  return building(item, { ...item, summary: [] }, [
    { event: "response.reasoning_summary_part.added", data: { ...at, part: { type: "summary_text", text: "" } } },
    ...deltas("response.reasoning_summary_text.delta", at, reasoning, "reasoning"),
    { event: "response.reasoning_summary_text.done", data: { ...at, text: reasoning } },
    { event: "response.reasoning_summary_part.done", data: { ...at, part: item.summary[0] } },
  ]);
}

function message({ id, text, stop, sources }: Said): Item {
  const annotations = sources.map((url) => ({ type: "url_citation", start_index: 0, end_index: 0, url, title: url }));
  const isRefusal = stop === "refusal";
  const part = (text: string, annotations: object[]) =>
    isRefusal ? { type: "refusal", refusal: text } : { type: "output_text", text, annotations, logprobs: [] };
  const whole = part(text, annotations);
  const item = { id: `msg_${id}`, type: "message", status: statusOf(stop), role: "assistant", content: [whole] };
  const at = { item_id: item.id, content_index: 0 };
  const name = isRefusal ? "response.refusal" : "response.output_text";
  return building(item, { ...item, status: "in_progress", content: [] }, [
    { event: "response.content_part.added", data: { ...at, part: part("", []) } },
    ...deltas(`${name}.delta`, at, text, "said"),
    ...annotations.map((annotation, annotation_index) => ({
      event: "response.output_text.annotation.added",
      data: { ...at, annotation_index, annotation },
    })),
    { event: `${name}.done`, data: { ...at, ...(isRefusal ? { refusal: text } : { text, logprobs: [] }) } },
    { event: "response.content_part.done", data: { ...at, part: whole } },
  ]);
}

function call({ id, toolCalls, stop }: Said, at: number): Item {
  const { name = "", input } = toolCalls[at] ?? {};
  const args = JSON.stringify(input);
  const item = {
    id: `fc_${id}_${at}`,
    type: "function_call",
    status: statusOf(stop),
    call_id: `call_${id}_${at}`,
    name,
    arguments: args,
  };
  return building(item, { ...item, status: "in_progress", arguments: "" }, [
    ...deltas("response.function_call_arguments.delta", { item_id: item.id }, args, "said"),
    { event: "response.function_call_arguments.done", data: { item_id: item.id, name, arguments: args } },
  ]);
}

function search({ id, sources }: Said): Item {
  const action = { type: "search", query: "simulated", sources: sources.map((url) => ({ type: "url", url })) };
  const item = { id: `ws_${id}`, type: "web_search_call", status: "completed", action };
  const events = ["in_progress", "searching", "completed"].map((state) => ({
    event: `response.web_search_call.${state}`,
    data: { item_id: item.id },
  }));
  return building(item, { ...item, status: "in_progress" }, events);
}

const statusOf = (stop: Said["stop"]) => (stop === "length" ? "incomplete" : "completed");

const building = (item: object, begun: object, events: Item["events"]): Item => ({
  item,
  events: [
    { event: "response.output_item.added", data: { item: begun } },
    ...events,
    { event: "response.output_item.done", data: { item } },
  ],
});

const deltas = (event: string, at: object, text: string, kind: "reasoning" | "said") =>
  piecesOf(text).map((delta) => ({ event, data: { ...at, delta }, carries: { kind, text: delta } }));
