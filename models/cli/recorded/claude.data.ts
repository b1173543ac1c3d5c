// What Claude Code 2.1.197 wrote, line by line, asked as `claude.ts` asks it and answered by a local server with the failures that are named.
// Left out are ids, times and lists that nobody reads here.
import type { Recorded } from "./recorded.ts";

export const claudeWrote = {
  answer: {
    code: 0,
    stderr: "",
    lines: [
      '{"type":"system","subtype":"init","tools":["StructuredOutput"],"model":"claude-opus-9","apiKeySource":"ANTHROPIC_API_KEY","claude_code_version":"2.1.197"}',
      '{"type":"stream_event","event":{"type":"message_start","message":{"id":"msg_1","type":"message","role":"assistant","model":"claude-opus-9","content":[],"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":25,"cache_creation_input_tokens":5,"cache_read_input_tokens":7,"output_tokens":1}}}}',
      '{"type":"stream_event","event":{"type":"content_block_delta","index":0,"delta":{"type":"input_json_delta","partial_json":"{\\"summar"}}}',
      '{"type":"stream_event","event":{"type":"content_block_delta","index":0,"delta":{"type":"input_json_delta","partial_json":"y\\":\\"hi\\"}"}}}',
      '{"type":"assistant","message":{"id":"msg_1","type":"message","role":"assistant","model":"claude-opus-9","content":[{"type":"tool_use","id":"toolu_1","name":"StructuredOutput","input":{"summary":"hi"}}],"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":25,"cache_creation_input_tokens":5,"cache_read_input_tokens":7,"output_tokens":1}},"request_id":"req_000001"}',
      '{"type":"stream_event","event":{"type":"message_delta","delta":{"stop_reason":"tool_use","stop_sequence":null},"usage":{"output_tokens":11}}}',
      '{"type":"result","subtype":"success","is_error":false,"api_error_status":null,"num_turns":2,"result":"{\\"summary\\":\\"hi\\"}","stop_reason":"tool_use","total_cost_usd":0.00043475,"usage":{"input_tokens":25,"cache_creation_input_tokens":5,"cache_read_input_tokens":7,"output_tokens":11},"structured_output":{"summary":"hi"}}',
    ],
  },
  credit: {
    code: 1,
    stderr: "",
    lines: [
      '{"type":"system","subtype":"init","tools":["StructuredOutput"],"model":"claude-opus-9","apiKeySource":"ANTHROPIC_API_KEY","claude_code_version":"2.1.197"}',
      '{"type":"assistant","message":{"id":"d6368e38-98f8-484e-bd49-acd3a6d8b881","model":"<synthetic>","role":"assistant","stop_reason":"stop_sequence","stop_sequence":"","type":"message","usage":{"input_tokens":0,"output_tokens":0,"cache_creation_input_tokens":0,"cache_read_input_tokens":0},"content":[{"type":"text","text":"Credit balance is too low"}]},"error":"billing_error","request_id":"req_000007"}',
      '{"type":"result","subtype":"success","is_error":true,"api_error_status":400,"num_turns":1,"result":"Credit balance is too low","stop_reason":"stop_sequence","total_cost_usd":0,"usage":{"input_tokens":0,"cache_creation_input_tokens":0,"cache_read_input_tokens":0,"output_tokens":0}}',
    ],
  },
  cut: {
    code: 1,
    stderr: "",
    lines: [
      '{"type":"system","subtype":"init","tools":["StructuredOutput"],"model":"claude-opus-9","apiKeySource":"ANTHROPIC_API_KEY","claude_code_version":"2.1.197"}',
      '{"type":"stream_event","event":{"type":"message_start","message":{"id":"msg_1","type":"message","role":"assistant","model":"claude-opus-9","content":[],"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":25,"cache_creation_input_tokens":5,"cache_read_input_tokens":7,"output_tokens":1}}}}',
      '{"type":"stream_event","event":{"type":"content_block_delta","index":0,"delta":{"type":"input_json_delta","partial_json":"{\\"summar"}}}',
      '{"type":"assistant","message":{"id":"63ffa614-ed74-4cab-a2cd-a051cdf47ad3","model":"<synthetic>","role":"assistant","stop_reason":"stop_sequence","stop_sequence":"","type":"message","usage":{"input_tokens":0,"output_tokens":0,"cache_creation_input_tokens":0,"cache_read_input_tokens":0},"content":[{"type":"text","text":"API Error: Connection to the API was lost (ECONNRESET). This is usually temporary — try again."}]},"error":"server_error","request_id":"req_000001"}',
      '{"type":"result","subtype":"success","is_error":true,"api_error_status":null,"num_turns":1,"result":"API Error: Connection to the API was lost (ECONNRESET). This is usually temporary — try again.","stop_reason":"stop_sequence","total_cost_usd":0,"usage":{"input_tokens":0,"cache_creation_input_tokens":0,"cache_read_input_tokens":0,"output_tokens":0}}',
    ],
  },
  empty: {
    code: 1,
    stderr: "",
    lines: [
      '{"type":"system","subtype":"init","tools":["StructuredOutput"],"model":"claude-opus-9","apiKeySource":"ANTHROPIC_API_KEY","claude_code_version":"2.1.197"}',
      '{"type":"stream_event","event":{"type":"message_start","message":{"id":"msg_1","type":"message","role":"assistant","model":"claude-opus-9","content":[],"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":25,"cache_creation_input_tokens":5,"cache_read_input_tokens":7,"output_tokens":1}}}}',
      '{"type":"stream_event","event":{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":""}}}',
      '{"type":"stream_event","event":{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":""}}}',
      '{"type":"stream_event","event":{"type":"message_delta","delta":{"stop_reason":"end_turn","stop_sequence":null},"usage":{"output_tokens":11}}}',
      '{"type":"result","subtype":"error_max_structured_output_retries","is_error":true,"num_turns":2,"stop_reason":"end_turn","total_cost_usd":0.00043475,"usage":{"input_tokens":25,"cache_creation_input_tokens":5,"cache_read_input_tokens":7,"output_tokens":11},"errors":["Failed to provide valid structured output after 0 attempts"]}',
    ],
  },
  key: {
    code: 1,
    stderr: "",
    lines: [
      '{"type":"system","subtype":"init","tools":["StructuredOutput"],"model":"claude-opus-9","apiKeySource":"ANTHROPIC_API_KEY","claude_code_version":"2.1.197"}',
      '{"type":"assistant","message":{"id":"b9d40909-0a14-4eee-9df2-920548eaaa05","model":"<synthetic>","role":"assistant","stop_reason":"stop_sequence","stop_sequence":"","type":"message","usage":{"input_tokens":0,"output_tokens":0,"cache_creation_input_tokens":0,"cache_read_input_tokens":0},"content":[{"type":"text","text":"Invalid API key · Fix external API key"}]},"error":"authentication_failed","request_id":"req_000007"}',
      '{"type":"result","subtype":"success","is_error":true,"api_error_status":401,"num_turns":1,"result":"Invalid API key · Fix external API key","stop_reason":"stop_sequence","total_cost_usd":0,"usage":{"input_tokens":0,"cache_creation_input_tokens":0,"cache_read_input_tokens":0,"output_tokens":0}}',
    ],
  },
  length: {
    code: null,
    stderr: "",
    lines: [
      '{"type":"system","subtype":"init","tools":["StructuredOutput"],"model":"claude-opus-9","apiKeySource":"ANTHROPIC_API_KEY","claude_code_version":"2.1.197"}',
      '{"type":"stream_event","event":{"type":"message_start","message":{"id":"msg_1","type":"message","role":"assistant","model":"claude-opus-9","content":[],"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":25,"cache_creation_input_tokens":5,"cache_read_input_tokens":7,"output_tokens":1}}}}',
      '{"type":"stream_event","event":{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"{\\"summar"}}}',
      '{"type":"stream_event","event":{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"y\\":\\"hi\\"}"}}}',
      '{"type":"assistant","message":{"id":"msg_1","type":"message","role":"assistant","model":"claude-opus-9","content":[{"type":"text","text":"{\\"summary\\":\\"hi\\"}"}],"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":25,"cache_creation_input_tokens":5,"cache_read_input_tokens":7,"output_tokens":1}},"request_id":"req_000001"}',
      '{"type":"stream_event","event":{"type":"message_delta","delta":{"stop_reason":"max_tokens","stop_sequence":null},"usage":{"output_tokens":11}}}',
    ],
  },
  limit: {
    code: 1,
    stderr: "",
    lines: [
      '{"type":"system","subtype":"init","tools":["StructuredOutput"],"model":"claude-opus-9","apiKeySource":"none","claude_code_version":"2.1.197"}',
      '{"type":"rate_limit_event","rate_limit_info":{"status":"rejected","resetsAt":1795867200,"rateLimitType":"five_hour","isUsingOverage":false}}',
      '{"type":"assistant","message":{"id":"b74f71ff-5743-42b9-a4b6-682f36a4a2d9","model":"<synthetic>","role":"assistant","stop_reason":"stop_sequence","stop_sequence":"","type":"message","usage":{"input_tokens":0,"output_tokens":0,"cache_creation_input_tokens":0,"cache_read_input_tokens":0},"content":[{"type":"text","text":"You\'ve hit your session limit · resets 12pm (UTC)"}]},"error":"rate_limit","request_id":"req_000007"}',
      '{"type":"result","subtype":"success","is_error":true,"api_error_status":429,"num_turns":1,"result":"You\'ve hit your session limit · resets 12pm (UTC)","stop_reason":"stop_sequence","total_cost_usd":0,"usage":{"input_tokens":0,"cache_creation_input_tokens":0,"cache_read_input_tokens":0,"output_tokens":0}}',
    ],
  },
  login: {
    code: 1,
    stderr: "",
    lines: [
      '{"type":"system","subtype":"init","tools":["StructuredOutput"],"model":"claude-opus-9","apiKeySource":"none","claude_code_version":"2.1.197"}',
      '{"type":"assistant","message":{"id":"629d36ba-48eb-46d7-ae73-4e6fb1a817c9","model":"<synthetic>","role":"assistant","stop_reason":"stop_sequence","stop_sequence":"","type":"message","usage":{"input_tokens":0,"output_tokens":0,"cache_creation_input_tokens":0,"cache_read_input_tokens":0},"content":[{"type":"text","text":"Not logged in · Please run /login"}]},"error":"authentication_failed"}',
      '{"type":"result","subtype":"success","is_error":true,"api_error_status":null,"num_turns":1,"result":"Not logged in · Please run /login","stop_reason":"stop_sequence","total_cost_usd":0,"usage":{"input_tokens":0,"cache_creation_input_tokens":0,"cache_read_input_tokens":0,"output_tokens":0}}',
    ],
  },
  long: {
    code: 1,
    stderr: "",
    lines: [
      '{"type":"system","subtype":"init","tools":["StructuredOutput"],"model":"claude-opus-9","apiKeySource":"ANTHROPIC_API_KEY","claude_code_version":"2.1.197"}',
      '{"type":"assistant","message":{"id":"93fe70ea-ca9c-4930-9a85-cb7e8ae533a6","model":"<synthetic>","role":"assistant","stop_reason":"stop_sequence","stop_sequence":"","type":"message","usage":{"input_tokens":0,"output_tokens":0,"cache_creation_input_tokens":0,"cache_read_input_tokens":0},"content":[{"type":"text","text":"Prompt is too long · the request is ~201000 tokens (limit 200000) but this conversation is only ~8 tokens — the rest is system prompt, tool definitions, and attachment content. A single-exchange conversation cannot be compacted; reduce attached files/tools or start with less context."}]},"error":"invalid_request","request_id":"req_000007"}',
      '{"type":"result","subtype":"success","is_error":true,"api_error_status":400,"num_turns":1,"result":"Prompt is too long · the request is ~201000 tokens (limit 200000) but this conversation is only ~8 tokens — the rest is system prompt, tool definitions, and attachment content. A single-exchange conversation cannot be compacted; reduce attached files/tools or start with less context.","stop_reason":"stop_sequence","total_cost_usd":0,"usage":{"input_tokens":0,"cache_creation_input_tokens":0,"cache_read_input_tokens":0,"output_tokens":0}}',
    ],
  },
  model: {
    code: 1,
    stderr: "",
    lines: [
      '{"type":"system","subtype":"init","tools":["StructuredOutput"],"model":"claude-opus-9","apiKeySource":"ANTHROPIC_API_KEY","claude_code_version":"2.1.197"}',
      '{"type":"assistant","message":{"id":"85f0e6ee-b301-4942-9018-6e44aee37b0c","model":"<synthetic>","role":"assistant","stop_reason":"stop_sequence","stop_sequence":"","type":"message","usage":{"input_tokens":0,"output_tokens":0,"cache_creation_input_tokens":0,"cache_read_input_tokens":0},"content":[{"type":"text","text":"There\'s an issue with the selected model (claude-opus-9). It may not exist or you may not have access to it. Run --model to pick a different model."}]},"error":"model_not_found"}',
      '{"type":"result","subtype":"success","is_error":true,"api_error_status":404,"num_turns":1,"result":"There\'s an issue with the selected model (claude-opus-9). It may not exist or you may not have access to it. Run --model to pick a different model.","stop_reason":"stop_sequence","total_cost_usd":0,"usage":{"input_tokens":0,"cache_creation_input_tokens":0,"cache_read_input_tokens":0,"output_tokens":0}}',
    ],
  },
  overloaded: {
    code: 1,
    stderr: "",
    lines: [
      '{"type":"system","subtype":"init","tools":["StructuredOutput"],"model":"claude-opus-9","apiKeySource":"ANTHROPIC_API_KEY","claude_code_version":"2.1.197"}',
      '{"type":"assistant","message":{"id":"aa5ea5db-a854-4534-814a-bda1ebff27fa","model":"<synthetic>","role":"assistant","stop_reason":"stop_sequence","stop_sequence":"","type":"message","usage":{"input_tokens":0,"output_tokens":0,"cache_creation_input_tokens":0,"cache_read_input_tokens":0},"content":[{"type":"text","text":"API Error: 529 Overloaded. This is a server-side issue, usually temporary — try again in a moment. If it persists, check your inference gateway (127.0.0.1:8080)."}]},"error":"server_error"}',
      '{"type":"result","subtype":"success","is_error":true,"api_error_status":529,"num_turns":1,"result":"API Error: 529 Overloaded. This is a server-side issue, usually temporary — try again in a moment. If it persists, check your inference gateway (127.0.0.1:8080).","stop_reason":"stop_sequence","total_cost_usd":0,"usage":{"input_tokens":0,"cache_creation_input_tokens":0,"cache_read_input_tokens":0,"output_tokens":0}}',
    ],
  },
  rate: {
    code: 1,
    stderr: "",
    lines: [
      '{"type":"system","subtype":"init","tools":["StructuredOutput"],"model":"claude-opus-9","apiKeySource":"ANTHROPIC_API_KEY","claude_code_version":"2.1.197"}',
      '{"type":"assistant","message":{"id":"fff3458d-4dbc-4ab9-af15-d3d1dce4fba0","model":"<synthetic>","role":"assistant","stop_reason":"stop_sequence","stop_sequence":"","type":"message","usage":{"input_tokens":0,"output_tokens":0,"cache_creation_input_tokens":0,"cache_read_input_tokens":0},"content":[{"type":"text","text":"API Error: Request rejected (429) · This request would exceed your account rate limit."}]},"error":"rate_limit","request_id":"req_000007"}',
      '{"type":"result","subtype":"success","is_error":true,"api_error_status":429,"num_turns":1,"result":"API Error: Request rejected (429) · This request would exceed your account rate limit.","stop_reason":"stop_sequence","total_cost_usd":0,"usage":{"input_tokens":0,"cache_creation_input_tokens":0,"cache_read_input_tokens":0,"output_tokens":0}}',
    ],
  },
  refusal: {
    code: 1,
    stderr: "",
    lines: [
      '{"type":"system","subtype":"init","tools":["StructuredOutput"],"model":"claude-opus-9","apiKeySource":"ANTHROPIC_API_KEY","claude_code_version":"2.1.197"}',
      '{"type":"stream_event","event":{"type":"message_start","message":{"id":"msg_1","type":"message","role":"assistant","model":"claude-opus-9","content":[],"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":25,"cache_creation_input_tokens":5,"cache_read_input_tokens":7,"output_tokens":1}}}}',
      '{"type":"stream_event","event":{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"I can no"}}}',
      '{"type":"stream_event","event":{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"t do that."}}}',
      '{"type":"assistant","message":{"id":"msg_1","type":"message","role":"assistant","model":"claude-opus-9","content":[{"type":"text","text":"I can not do that."}],"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":25,"cache_creation_input_tokens":5,"cache_read_input_tokens":7,"output_tokens":1}},"request_id":"req_000001"}',
      '{"type":"system","subtype":"model_refusal_no_fallback","original_model":"claude-opus-9","request_id":"req_000001","api_refusal_category":null,"api_refusal_explanation":null,"content":""}',
      '{"type":"assistant","message":{"id":"8e46dfb2-5870-4a99-b7c4-1cede4396da1","model":"<synthetic>","role":"assistant","stop_reason":"refusal","stop_sequence":"","type":"message","usage":{"input_tokens":0,"output_tokens":0,"cache_creation_input_tokens":0,"cache_read_input_tokens":0},"content":[{"type":"text","text":"API Error: Claude Code is unable to respond to this request, which appears to violate our Usage Policy (https://www.anthropic.com/legal/aup). Try rephrasing the request in a new session or change your model.\\n\\nRequest ID: req_000001"}]},"error":"invalid_request","request_id":"req_000001"}',
      '{"type":"stream_event","event":{"type":"message_delta","delta":{"stop_reason":"refusal","stop_sequence":null},"usage":{"output_tokens":11}}}',
      '{"type":"result","subtype":"success","is_error":true,"api_error_status":null,"num_turns":1,"result":"API Error: Claude Code is unable to respond to this request, which appears to violate our Usage Policy (https://www.anthropic.com/legal/aup). Try rephrasing the request in a new session or change your model.\\n\\nRequest ID: req_000001","stop_reason":"refusal","total_cost_usd":0.00043475,"usage":{"input_tokens":25,"cache_creation_input_tokens":5,"cache_read_input_tokens":7,"output_tokens":11}}',
    ],
  },
  server: {
    code: 1,
    stderr: "",
    lines: [
      '{"type":"system","subtype":"init","tools":["StructuredOutput"],"model":"claude-opus-9","apiKeySource":"ANTHROPIC_API_KEY","claude_code_version":"2.1.197"}',
      '{"type":"assistant","message":{"id":"457d7c29-3df8-41c0-af5f-9d94ab568345","model":"<synthetic>","role":"assistant","stop_reason":"stop_sequence","stop_sequence":"","type":"message","usage":{"input_tokens":0,"output_tokens":0,"cache_creation_input_tokens":0,"cache_read_input_tokens":0},"content":[{"type":"text","text":"API Error: 500 Internal server error. This is a server-side issue, usually temporary — try again in a moment. If it persists, check your inference gateway (127.0.0.1:8080)."}]},"error":"server_error"}',
      '{"type":"result","subtype":"success","is_error":true,"api_error_status":500,"num_turns":1,"result":"API Error: 500 Internal server error. This is a server-side issue, usually temporary — try again in a moment. If it persists, check your inference gateway (127.0.0.1:8080).","stop_reason":"stop_sequence","total_cost_usd":0,"usage":{"input_tokens":0,"cache_creation_input_tokens":0,"cache_read_input_tokens":0,"output_tokens":0}}',
    ],
  },
  shape: {
    code: 1,
    stderr: "",
    lines: [
      '{"type":"system","subtype":"init","tools":["StructuredOutput"],"model":"claude-opus-9","apiKeySource":"ANTHROPIC_API_KEY","claude_code_version":"2.1.197"}',
      '{"type":"stream_event","event":{"type":"message_start","message":{"id":"msg_1","type":"message","role":"assistant","model":"claude-opus-9","content":[],"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":25,"cache_creation_input_tokens":5,"cache_read_input_tokens":7,"output_tokens":1}}}}',
      '{"type":"stream_event","event":{"type":"content_block_delta","index":0,"delta":{"type":"input_json_delta","partial_json":"{\\"other\\""}}}',
      '{"type":"stream_event","event":{"type":"content_block_delta","index":0,"delta":{"type":"input_json_delta","partial_json":":1}"}}}',
      '{"type":"assistant","message":{"id":"msg_1","type":"message","role":"assistant","model":"claude-opus-9","content":[{"type":"tool_use","id":"toolu_1","name":"StructuredOutput","input":{"other":1}}],"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":25,"cache_creation_input_tokens":5,"cache_read_input_tokens":7,"output_tokens":1}},"request_id":"req_000001"}',
      '{"type":"result","subtype":"error_max_structured_output_retries","is_error":true,"num_turns":2,"stop_reason":null,"total_cost_usd":0,"usage":{"input_tokens":0,"cache_creation_input_tokens":0,"cache_read_input_tokens":0,"output_tokens":0},"errors":["Failed to provide valid structured output after 0 attempts"]}',
    ],
  },
  subscription: {
    code: 0,
    stderr: "",
    lines: [
      '{"type":"system","subtype":"init","tools":["StructuredOutput"],"model":"claude-opus-9","apiKeySource":"none","claude_code_version":"2.1.197"}',
      '{"type":"stream_event","event":{"type":"message_start","message":{"id":"msg_1","type":"message","role":"assistant","model":"claude-opus-9","content":[],"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":25,"cache_creation_input_tokens":5,"cache_read_input_tokens":7,"output_tokens":1}}}}',
      '{"type":"stream_event","event":{"type":"content_block_delta","index":0,"delta":{"type":"input_json_delta","partial_json":"{\\"summar"}}}',
      '{"type":"stream_event","event":{"type":"content_block_delta","index":0,"delta":{"type":"input_json_delta","partial_json":"y\\":\\"hi\\"}"}}}',
      '{"type":"assistant","message":{"id":"msg_1","type":"message","role":"assistant","model":"claude-opus-9","content":[{"type":"tool_use","id":"toolu_1","name":"StructuredOutput","input":{"summary":"hi"}}],"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":25,"cache_creation_input_tokens":5,"cache_read_input_tokens":7,"output_tokens":1}},"request_id":"req_000001"}',
      '{"type":"stream_event","event":{"type":"message_delta","delta":{"stop_reason":"tool_use","stop_sequence":null},"usage":{"output_tokens":11}}}',
      '{"type":"rate_limit_event","rate_limit_info":{"status":"allowed","isUsingOverage":false}}',
      '{"type":"result","subtype":"success","is_error":false,"api_error_status":null,"num_turns":2,"result":"{\\"summary\\":\\"hi\\"}","stop_reason":"tool_use","total_cost_usd":0.00026085,"usage":{"input_tokens":25,"cache_creation_input_tokens":5,"cache_read_input_tokens":7,"output_tokens":11},"structured_output":{"summary":"hi"}}',
    ],
  },
  text: {
    code: 1,
    stderr: "",
    lines: [
      '{"type":"system","subtype":"init","tools":["StructuredOutput"],"model":"claude-opus-9","apiKeySource":"ANTHROPIC_API_KEY","claude_code_version":"2.1.197"}',
      '{"type":"stream_event","event":{"type":"message_start","message":{"id":"msg_1","type":"message","role":"assistant","model":"claude-opus-9","content":[],"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":25,"cache_creation_input_tokens":5,"cache_read_input_tokens":7,"output_tokens":1}}}}',
      '{"type":"stream_event","event":{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"{\\"summar"}}}',
      '{"type":"stream_event","event":{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"y\\":\\"hi\\"}"}}}',
      '{"type":"assistant","message":{"id":"msg_1","type":"message","role":"assistant","model":"claude-opus-9","content":[{"type":"text","text":"{\\"summary\\":\\"hi\\"}"}],"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":25,"cache_creation_input_tokens":5,"cache_read_input_tokens":7,"output_tokens":1}},"request_id":"req_000001"}',
      '{"type":"stream_event","event":{"type":"message_delta","delta":{"stop_reason":"end_turn","stop_sequence":null},"usage":{"output_tokens":11}}}',
      '{"type":"result","subtype":"error_max_structured_output_retries","is_error":true,"num_turns":2,"stop_reason":"end_turn","total_cost_usd":0.00043475,"usage":{"input_tokens":25,"cache_creation_input_tokens":5,"cache_read_input_tokens":7,"output_tokens":11},"errors":["Failed to provide valid structured output after 0 attempts"]}',
    ],
  },
  unended: {
    code: 1,
    stderr: "",
    lines: [
      '{"type":"system","subtype":"init","tools":["StructuredOutput"],"model":"claude-opus-9","apiKeySource":"ANTHROPIC_API_KEY","claude_code_version":"2.1.197"}',
      '{"type":"stream_event","event":{"type":"message_start","message":{"id":"msg_1","type":"message","role":"assistant","model":"claude-opus-9","content":[],"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":25,"cache_creation_input_tokens":5,"cache_read_input_tokens":7,"output_tokens":1}}}}',
      '{"type":"stream_event","event":{"type":"content_block_delta","index":0,"delta":{"type":"input_json_delta","partial_json":"{\\"summar"}}}',
      '{"type":"assistant","message":{"id":"7531684f-92fa-457a-9eaf-211d8c7b4f10","model":"<synthetic>","role":"assistant","stop_reason":"stop_sequence","stop_sequence":"","type":"message","usage":{"input_tokens":0,"output_tokens":0,"cache_creation_input_tokens":0,"cache_read_input_tokens":0},"content":[{"type":"text","text":"API Error: Stream ended without receiving any events"}]},"error":"unknown","request_id":"req_000001"}',
      '{"type":"result","subtype":"success","is_error":true,"api_error_status":null,"num_turns":1,"result":"API Error: Stream ended without receiving any events","stop_reason":"stop_sequence","total_cost_usd":0,"usage":{"input_tokens":0,"cache_creation_input_tokens":0,"cache_read_input_tokens":0,"output_tokens":0}}',
    ],
  },
  unread: {
    code: 1,
    stderr: "",
    lines: [
      '{"type":"system","subtype":"init","tools":["StructuredOutput"],"model":"claude-opus-9","apiKeySource":"ANTHROPIC_API_KEY","claude_code_version":"2.1.197"}',
      '{"type":"stream_event","event":{"type":"message_start","message":{"id":"msg_1","type":"message","role":"assistant","model":"claude-opus-9","content":[],"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":25,"cache_creation_input_tokens":5,"cache_read_input_tokens":7,"output_tokens":1}}}}',
      '{"type":"stream_event","event":{"type":"content_block_delta","index":0,"delta":{"type":"input_json_delta","partial_json":"{\\"summar"}}}',
      '{"type":"stream_event","event":{"type":"content_block_delta","index":0,"delta":{"type":"input_json_delta","partial_json":"y\\":\\"h"}}}',
      '{"type":"assistant","message":{"id":"msg_1","type":"message","role":"assistant","model":"claude-opus-9","content":[{"type":"tool_use","id":"toolu_1","name":"StructuredOutput","input":{"__unparsedToolInput":{"raw":"{\\"summary\\":\\"h","len":13}}}],"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":25,"cache_creation_input_tokens":5,"cache_read_input_tokens":7,"output_tokens":1}},"request_id":"req_000001"}',
      '{"type":"result","subtype":"error_max_structured_output_retries","is_error":true,"num_turns":2,"stop_reason":null,"total_cost_usd":0,"usage":{"input_tokens":0,"cache_creation_input_tokens":0,"cache_read_input_tokens":0,"output_tokens":0},"errors":["Failed to provide valid structured output after 0 attempts"]}',
    ],
  },
} satisfies Record<string, Recorded>;
