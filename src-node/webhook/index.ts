export { postJson, type PostAnswer, type PostRequest } from './post-json.ts';
