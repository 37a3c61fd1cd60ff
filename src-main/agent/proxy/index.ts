export { createProxy } from './module.ts';
