export { makeAuthority, type TestAuthority } from './authority.ts';
export { TestProxy } from './test-proxy.ts';
export { startTinyproxy, TINYPROXY, type Tinyproxy } from './tinyproxy.ts';
