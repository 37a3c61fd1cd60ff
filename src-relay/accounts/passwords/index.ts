export { isCommonPassword } from './common-passwords.ts';
export { deriveKey, hasNativeArgon2, type DeriveKey } from './derive-key.ts';
export { hashesAtOnce, HashQueue } from './hash-queue.ts';
export { HashThreads, type HashTask } from './hash-threads.ts';
export { PasswordHasher, type PasswordCheck, type PasswordHasherOptions } from './password-hasher.ts';
export { formatPhc, isSameFunction, parsePhc, type PasswordFunction, type PasswordHash } from './phc.ts';
