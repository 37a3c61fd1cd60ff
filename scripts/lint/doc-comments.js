/**
 * Lint: a doc comment begins with a verb or a noun, never with a word that leaves its subject out ("Whether it …", "Of the peer …"). Loaded by oxlint
 * alone (`.oxlintrc.json`).
 */

/** First words that a doc comment may not have. */
export const FORBIDDEN =
  /^(?:what(?:ever)?|who(?:ever|m|se)?|where(?:ver)?|whether|which(?:ever)?|when(?:ever)?|how(?:ever)?|it|its|of)\b/i;

/** Returns the text of a doc comment without its stars, or `undefined` for other comments. */
export function docText(comment) {
  if (comment.type !== 'Block' || !comment.value.startsWith('*')) return undefined;
  return comment.value
    .slice(1)
    .split('\n')
    .map((line) => line.trim().replace(/^\*\s?/, ''))
    .join(' ')
    .trim();
}

const begin = {
  meta: { type: 'problem', schema: [] },
  create(context) {
    return {
      Program() {
        for (const comment of context.sourceCode.getAllComments()) {
          const text = docText(comment);
          const word = text === undefined ? undefined : FORBIDDEN.exec(text)?.[0];
          if (word !== undefined) {
            context.report({
              loc: comment.loc,
              message: `A doc comment begins with a verb or a noun, not with "${word}".`,
            });
          }
        }
      },
    };
  },
};

const plugin = { meta: { name: 'comments' }, rules: { begin } };
export default plugin;
