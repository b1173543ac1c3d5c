// What Gemini CLI 0.61.0 wrote, line by line, asked as `gemini.ts` asks it and answered by a local server with the failures that are named.
// Left out are ids, times and lists that nobody reads here.
import type { Recorded } from "./recorded.ts";

export const geminiWrote = {
  answer: {
    code: 0,
    stderr: "",
    lines: [
      '{"type":"init","model":"gemini-9"}',
      '{"type":"message","role":"user","content":"Say hi @/folder"}',
      '{"type":"message","role":"assistant","content":"{\\"summar","delta":true}',
      '{"type":"message","role":"assistant","content":"y\\":\\"hi\\"}","delta":true}',
      '{"type":"result","status":"success","stats":{"total_tokens":43,"input_tokens":30,"output_tokens":9,"cached":6,"input":24,"tool_calls":0,"models":{"gemini-x":{"total_tokens":43,"input_tokens":30,"output_tokens":9,"cached":6,"input":24}}}}',
    ],
  },
  cut: {
    code: 1,
    stderr: "Error when talking to Gemini API Full report available at: /folder TypeError: terminated",
    lines: [
      '{"type":"init","model":"gemini-9"}',
      '{"type":"message","role":"user","content":"Say hi @/folder"}',
      '{"type":"message","role":"assistant","content":"{\\"summar","delta":true}',
      '{"type":"result","status":"error","error":{"type":"unknown","message":"[API Error: terminated]"},"stats":{"total_tokens":0,"input_tokens":0,"output_tokens":0,"cached":0,"input":0,"tool_calls":0,"models":{"gemini-x":{"total_tokens":0,"input_tokens":0,"output_tokens":0,"cached":0,"input":0}}}}',
    ],
  },
  empty: {
    code: 0,
    stderr: "",
    lines: [
      '{"type":"init","model":"gemini-9"}',
      '{"type":"message","role":"user","content":"Say hi @/folder"}',
      '{"type":"error","severity":"error","message":"The model returned an empty response with no text or thoughts. This may be a transient API issue; please try again."}',
      '{"type":"result","status":"error","stats":{"total_tokens":43,"input_tokens":30,"output_tokens":9,"cached":6,"input":24,"tool_calls":0,"models":{"gemini-x":{"total_tokens":43,"input_tokens":30,"output_tokens":9,"cached":6,"input":24},"gemini-9":{"total_tokens":0,"input_tokens":0,"output_tokens":0,"cached":0,"input":0}}}}',
    ],
  },
  forbidden: {
    code: 147,
    stderr:
      'Error when talking to Gemini API Full report available at: /folder _ApiError: {"error":{"code":403,"message":"Permission denied","status":"PERMISSION_DENIED"}}',
    lines: [
      '{"type":"init","model":"gemini-9"}',
      '{"type":"message","role":"user","content":"Say hi @/folder"}',
      '{"type":"result","status":"error","error":{"type":"unknown","message":"[API Error: {\\"error\\":{\\"code\\":403,\\"message\\":\\"Permission denied\\",\\"status\\":\\"PERMISSION_DENIED\\"}}]"},"stats":{"total_tokens":0,"input_tokens":0,"output_tokens":0,"cached":0,"input":0,"tool_calls":0,"models":{"gemini-9":{"total_tokens":0,"input_tokens":0,"output_tokens":0,"cached":0,"input":0}}}}',
    ],
  },
  key: {
    code: 144,
    stderr:
      'Error when talking to Gemini API Full report available at: /folder _ApiError: {"error":{"code":400,"message":"API key not valid. Please pass a valid API key.","status":"INVALID_ARGUMENT"}}',
    lines: [
      '{"type":"init","model":"gemini-9"}',
      '{"type":"message","role":"user","content":"Say hi @/folder"}',
      '{"type":"result","status":"error","error":{"type":"unknown","message":"[API Error: {\\"error\\":{\\"code\\":400,\\"message\\":\\"API key not valid. Please pass a valid API key.\\",\\"status\\":\\"INVALID_ARGUMENT\\"}}]"},"stats":{"total_tokens":0,"input_tokens":0,"output_tokens":0,"cached":0,"input":0,"tool_calls":0,"models":{"gemini-9":{"total_tokens":0,"input_tokens":0,"output_tokens":0,"cached":0,"input":0}}}}',
    ],
  },
  login: {
    code: 41,
    stderr: "Invalid auth method selected.",
    lines: [],
  },
  model: {
    code: 1,
    stderr:
      "Error when talking to Gemini API Full report available at: /folder ModelNotFoundError: models/gemini-9 is not found",
    lines: [
      '{"type":"init","model":"gemini-9"}',
      '{"type":"message","role":"user","content":"Say hi @/folder"}',
      '{"type":"result","status":"error","error":{"type":"unknown","message":"[API Error: models/gemini-9 is not found]"},"stats":{"total_tokens":0,"input_tokens":0,"output_tokens":0,"cached":0,"input":0,"tool_calls":0,"models":{"gemini-9":{"total_tokens":0,"input_tokens":0,"output_tokens":0,"cached":0,"input":0}}}}',
    ],
  },
  overloaded: {
    code: 247,
    stderr:
      "Attempt 1 failed: The model is overloaded.. Max attempts reached\nError when talking to Gemini API Full report available at: /folder RetryableQuotaError: The model is overloaded.",
    lines: [
      '{"type":"init","model":"gemini-9"}',
      '{"type":"message","role":"user","content":"Say hi @/folder"}',
      '{"type":"result","status":"error","error":{"type":"unknown","message":"[API Error: The model is overloaded.]"},"stats":{"total_tokens":0,"input_tokens":0,"output_tokens":0,"cached":0,"input":0,"tool_calls":0,"models":{"gemini-9":{"total_tokens":0,"input_tokens":0,"output_tokens":0,"cached":0,"input":0}}}}',
    ],
  },
  quota: {
    code: 173,
    stderr:
      "Error when talking to Gemini API Full report available at: /folder TerminalQuotaError: You have exhausted your daily quota on this model.",
    lines: [
      '{"type":"init","model":"gemini-9"}',
      '{"type":"message","role":"user","content":"Say hi @/folder"}',
      '{"type":"result","status":"error","error":{"type":"unknown","message":"[API Error: You have exhausted your daily quota on this model.]\\nPlease wait and try again later. To increase your limits, request a quota increase through AI Studio, or switch to another /auth method"},"stats":{"total_tokens":0,"input_tokens":0,"output_tokens":0,"cached":0,"input":0,"tool_calls":0,"models":{"gemini-9":{"total_tokens":0,"input_tokens":0,"output_tokens":0,"cached":0,"input":0}}}}',
    ],
  },
  rate: {
    code: 173,
    stderr:
      "Attempt 1 failed: You exceeded your current quota. Please retry in 7.5s.\nSuggested retry after 7.5s.. Max attempts reached",
    lines: [
      '{"type":"init","model":"gemini-9"}',
      '{"type":"message","role":"user","content":"Say hi @/folder"}',
      '{"type":"result","status":"error","error":{"type":"unknown","message":"[API Error: You exceeded your current quota. Please retry in 7.5s.\\nSuggested retry after 7.5s.]\\nPlease wait and try again later. To increase your limits, request a quota increase through AI Studio, or switch to another /auth method"},"stats":{"total_tokens":0,"input_tokens":0,"output_tokens":0,"cached":0,"input":0,"tool_calls":0,"models":{"gemini-9":{"total_tokens":0,"input_tokens":0,"output_tokens":0,"cached":0,"input":0}}}}',
    ],
  },
  refusal: {
    code: 0,
    stderr: "",
    lines: [
      '{"type":"init","model":"gemini-9"}',
      '{"type":"message","role":"user","content":"Say hi @/folder"}',
      '{"type":"error","severity":"error","message":"The model response was blocked due to safety settings."}',
      '{"type":"result","status":"error","stats":{"total_tokens":43,"input_tokens":30,"output_tokens":9,"cached":6,"input":24,"tool_calls":0,"models":{"gemini-x":{"total_tokens":43,"input_tokens":30,"output_tokens":9,"cached":6,"input":24},"gemini-9":{"total_tokens":0,"input_tokens":0,"output_tokens":0,"cached":0,"input":0}}}}',
    ],
  },
  server: {
    code: 244,
    stderr:
      'Attempt 1 failed: {"error":{"code":500,"message":"Internal","status":"INTERNAL"}}. Max attempts reached\nError when talking to Gemini API Full report available at: /folder _ApiError: {"error":{"code":500,"message":"Internal","status":"INTERNAL"}}',
    lines: [
      '{"type":"init","model":"gemini-9"}',
      '{"type":"message","role":"user","content":"Say hi @/folder"}',
      '{"type":"result","status":"error","error":{"type":"unknown","message":"[API Error: {\\"error\\":{\\"code\\":500,\\"message\\":\\"Internal\\",\\"status\\":\\"INTERNAL\\"}}]"},"stats":{"total_tokens":0,"input_tokens":0,"output_tokens":0,"cached":0,"input":0,"tool_calls":0,"models":{"gemini-9":{"total_tokens":0,"input_tokens":0,"output_tokens":0,"cached":0,"input":0}}}}',
    ],
  },
  unended: {
    code: 0,
    stderr: "",
    lines: [
      '{"type":"init","model":"gemini-9"}',
      '{"type":"message","role":"user","content":"Say hi @/folder"}',
      '{"type":"message","role":"assistant","content":"{\\"summar","delta":true}',
      '{"type":"error","severity":"error","message":"Model stream ended without a finish reason."}',
      '{"type":"result","status":"error","stats":{"total_tokens":43,"input_tokens":30,"output_tokens":9,"cached":6,"input":24,"tool_calls":0,"models":{"gemini-x":{"total_tokens":43,"input_tokens":30,"output_tokens":9,"cached":6,"input":24},"gemini-9":{"total_tokens":0,"input_tokens":0,"output_tokens":0,"cached":0,"input":0}}}}',
    ],
  },
} satisfies Record<string, Recorded>;
