export { compile, type Compiled, type Faulty } from './compile.ts';
export { type Environment, extend, type Extension, type Library, type Struct } from './environment.ts';
export { escapeName, unescapeName } from './escape.ts';
export { BINDINGS, baseEnvironment, JSON_PATCH } from './library/index.ts';
export { type Fields, structsOf } from './structs.ts';
export * from './types.ts';
