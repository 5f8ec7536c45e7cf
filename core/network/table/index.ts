export { difference } from './difference.ts';
export {
  addAffinitySet,
  addElements,
  addRules,
  deleteElements,
  type Elements,
  type TableContent,
  type Transaction,
} from './table.ts';
