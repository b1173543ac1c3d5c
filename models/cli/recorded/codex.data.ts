// What Codex CLI 0.171.0 wrote, line by line, asked as `codex.ts` asks it and answered by a local server with the failures that are named.
// Left out are ids, times and lists that nobody reads here.
import type { Recorded } from "./recorded.ts";

export const codexWrote = {
  answer: {
    code: 0,
    stderr: "",
    lines: [
      '{"type":"thread.started"}',
      '{"type":"turn.started"}',
      '{"type":"item.completed","item":{"id":"item_1","type":"agent_message","text":"{\\"summary\\":\\"hi\\"}"}}',
      '{"type":"turn.completed","usage":{"input_tokens":40,"cached_input_tokens":8,"cache_write_input_tokens":0,"output_tokens":12,"reasoning_output_tokens":3}}',
    ],
  },
  cut: {
    code: 1,
    stderr: "",
    lines: [
      '{"type":"thread.started"}',
      '{"type":"turn.started"}',
      '{"type":"error","message":"stream disconnected before completion: Transport error: network error: error decoding response body"}',
      '{"type":"turn.failed","error":{"message":"stream disconnected before completion: Transport error: network error: error decoding response body"}}',
    ],
  },
  empty: {
    code: 0,
    stderr: "",
    lines: [
      '{"type":"thread.started"}',
      '{"type":"turn.started"}',
      '{"type":"item.completed","item":{"id":"item_1","type":"agent_message","text":""}}',
      '{"type":"turn.completed","usage":{"input_tokens":40,"cached_input_tokens":8,"cache_write_input_tokens":0,"output_tokens":12,"reasoning_output_tokens":3}}',
    ],
  },
  key: {
    code: 1,
    stderr: "",
    lines: [
      '{"type":"thread.started"}',
      '{"type":"turn.started"}',
      '{"type":"error","message":"unexpected status 401 Unauthorized: Incorrect API key provided: sk-oai-canary., url: http://127.0.0.1:8080/v1/responses"}',
      '{"type":"turn.failed","error":{"message":"unexpected status 401 Unauthorized: Incorrect API key provided: sk-oai-canary., url: http://127.0.0.1:8080/v1/responses"}}',
    ],
  },
  length: {
    code: 1,
    stderr: "",
    lines: [
      '{"type":"thread.started"}',
      '{"type":"turn.started"}',
      '{"type":"item.completed","item":{"id":"item_1","type":"agent_message","text":"{\\"summary\\":\\"hi\\"}"}}',
      '{"type":"error","message":"Incomplete response returned, reason: max_output_tokens"}',
      '{"type":"turn.failed","error":{"message":"Incomplete response returned, reason: max_output_tokens"}}',
    ],
  },
  limit: {
    code: 1,
    stderr: "",
    lines: [
      '{"type":"thread.started"}',
      '{"type":"turn.started"}',
      '{"type":"error","message":"You’ve hit your usage limit. Upgrade to Pro (https://chatgpt.com/explore/pro), visit https://chatgpt.com/settings/usage to purchase more credits or try again at Nov 29th, 2026 3:45 PM."}',
      '{"type":"turn.failed","error":{"message":"You’ve hit your usage limit. Upgrade to Pro (https://chatgpt.com/explore/pro), visit https://chatgpt.com/settings/usage to purchase more credits or try again at Nov 29th, 2026 3:45 PM."}}',
    ],
  },
  model: {
    code: 1,
    stderr: "",
    lines: [
      '{"type":"thread.started"}',
      '{"type":"turn.started"}',
      '{"type":"error","message":"The model gpt-9 does not exist"}',
      '{"type":"turn.failed","error":{"message":"The model gpt-9 does not exist"}}',
    ],
  },
  overloaded: {
    code: 1,
    stderr: "",
    lines: [
      '{"type":"thread.started"}',
      '{"type":"turn.started"}',
      '{"type":"error","message":"Selected model is at capacity. Please try a different model."}',
      '{"type":"turn.failed","error":{"message":"Selected model is at capacity. Please try a different model."}}',
    ],
  },
  quota: {
    code: 1,
    stderr: "",
    lines: [
      '{"type":"thread.started"}',
      '{"type":"turn.started"}',
      '{"type":"error","message":"Quota exceeded. Check your plan and billing details."}',
      '{"type":"turn.failed","error":{"message":"Quota exceeded. Check your plan and billing details."}}',
    ],
  },
  rate: {
    code: 1,
    stderr: "",
    lines: [
      '{"type":"thread.started"}',
      '{"type":"turn.started"}',
      '{"type":"error","message":"exceeded retry limit, last status: 429 Too Many Requests"}',
      '{"type":"turn.failed","error":{"message":"exceeded retry limit, last status: 429 Too Many Requests"}}',
    ],
  },
  request: {
    code: 1,
    stderr: "",
    lines: [
      '{"type":"thread.started"}',
      '{"type":"turn.started"}',
      '{"type":"error","message":"{\\"error\\":{\\"message\\":\\"Invalid schema for response_format\\",\\"type\\":\\"invalid_request_error\\",\\"code\\":\\"invalid_json_schema\\"}}"}',
      '{"type":"turn.failed","error":{"message":"{\\"error\\":{\\"message\\":\\"Invalid schema for response_format\\",\\"type\\":\\"invalid_request_error\\",\\"code\\":\\"invalid_json_schema\\"}}"}}',
    ],
  },
  server: {
    code: 1,
    stderr: "",
    lines: [
      '{"type":"thread.started"}',
      '{"type":"turn.started"}',
      '{"type":"error","message":"We’re currently experiencing high demand, which may cause temporary errors."}',
      '{"type":"turn.failed","error":{"message":"We’re currently experiencing high demand, which may cause temporary errors."}}',
    ],
  },
  text: {
    code: 0,
    stderr: "",
    lines: [
      '{"type":"thread.started"}',
      '{"type":"turn.started"}',
      '{"type":"item.completed","item":{"id":"item_1","type":"agent_message","text":"not json"}}',
      '{"type":"turn.completed","usage":{"input_tokens":40,"cached_input_tokens":8,"cache_write_input_tokens":0,"output_tokens":12,"reasoning_output_tokens":3}}',
    ],
  },
  unreachable: {
    code: 1,
    stderr: "",
    lines: [
      '{"type":"thread.started"}',
      '{"type":"turn.started"}',
      '{"type":"error","message":"Connection failed: error sending request"}',
      '{"type":"turn.failed","error":{"message":"Connection failed: error sending request"}}',
    ],
  },
} satisfies Record<string, Recorded>;
