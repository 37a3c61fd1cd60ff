export { AddingService, type AddingOptions } from './service.ts';
