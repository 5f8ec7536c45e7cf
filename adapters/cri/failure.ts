import { RuntimeFailure, type RuntimeFailureReason } from '#core/kubelet';

/** gRPC codes as containerd uses them; what is not listed is `unknown`. */
const REASONS: Readonly<Record<number, RuntimeFailureReason>> = {
  1: 'unavailable',
  3: 'invalid',
  4: 'deadline',
  5: 'notFound',
  6: 'alreadyExists',
  12: 'unsupported',
  14: 'unavailable',
};

/** What a call to the runtime was refused with. containerd 1.6 gives many failures the code "unknown" and only a text. */
export function runtimeFailure(error: unknown): RuntimeFailure {
  if (error instanceof RuntimeFailure) return error;
  const { code, details, message } = error as { code?: number; details?: string; message?: string };
  const text = details || message || String(error);
  const reason = REASONS[code ?? 2];
  if (reason !== undefined) return new RuntimeFailure(reason, text);
  if (text.includes('is reserved for')) return new RuntimeFailure('alreadyExists', text);
  if (text.includes('invalid reference format')) return new RuntimeFailure('invalid', text);
  return new RuntimeFailure('unknown', text);
}
