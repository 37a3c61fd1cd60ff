export { BLOCK_SIZE, freeBlocks, giveBlock, takeBlock, trimBlocks } from './block-pool.ts';
export { concatBytes, equalBytes, fromUtf8, toUtf8 } from './bytes.ts';
export { fromBase64Url, fromHex, toBase64Url, toHex } from './text.ts';
export { canonicalBase32, decodeBase32, encodeBase32, CROCKFORD } from './base32.ts';
export { ByteReader } from './reader.ts';
export { ByteWriter } from './writer.ts';
export { MAX_VARINT, varintLength } from './varint.ts';
