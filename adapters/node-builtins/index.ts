/**
 * Node's HTTP/1.1. An `import` of it would touch all that it exports, the WebSocket of browsers too, and with that load a whole
 * HTTP client that nobody uses: 10 MB in each process, and as many milliseconds of each start.
 */
export const http = process.getBuiltinModule('node:http');
