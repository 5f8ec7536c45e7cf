export { equal } from '#core/machinery/object';
