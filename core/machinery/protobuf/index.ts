export { decodeProto } from './decode.ts';
export { encodeProto } from './encode.ts';
export * from './envelope.ts';
export * from './frames.ts';
export * from './writer.ts';
