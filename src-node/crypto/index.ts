export { nativeBackend } from './native.ts';
