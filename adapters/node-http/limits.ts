/** What one client, and all of them together, may take. */
export interface HttpLimits {
  /** Connections at a time; more are closed at once. */
  readonly connections: number;
  /** HTTP/2 streams of one connection at a time. */
  readonly streams: number;
  /** Bytes of a request's headers. */
  readonly headers: number;
  /** Milliseconds until the TLS handshake must be done. */
  readonly handshake: number;
  /** Milliseconds until a request's headers (HTTP/1.1) must be complete. */
  readonly headersTimeout: number;
  /** Milliseconds until its body must be complete. */
  readonly bodyTimeout: number;
  /** Milliseconds that a connection without requests is kept. */
  readonly idle: number;
  /** Milliseconds until a connection on which nothing is said is asked whether it lives. */
  readonly silence: number;
}

export const defaultHttpLimits: HttpLimits = {
  connections: 20_000,
  streams: 250,
  headers: 64 * 1024,
  handshake: 10_000,
  headersTimeout: 32_000,
  bodyTimeout: 60_000,
  idle: 3 * 60_000,
  silence: 15_000,
};
