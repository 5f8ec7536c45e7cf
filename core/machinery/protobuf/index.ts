export { decodeProto } from './decode.ts';
export { encodeProto, protoLength } from './encode.ts';
export * from './envelope.ts';
export * from './frames.ts';
export * from './writer.ts';
