export { yamlCodec } from './yaml.ts';
