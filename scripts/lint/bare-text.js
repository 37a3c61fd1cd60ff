/**
 * Lint: what a person reads comes from the catalogue, never from between the code. Loaded by oxlint alone (`.oxlintrc.json`); nothing of it is
 * needed to build or to run.
 */

/** Attributes and properties that are shown or read aloud. */
const READ = new Set([
  'alt',
  'ariaLabel',
  'aria-label',
  'aria-description',
  'aria-placeholder',
  'aria-roledescription',
  'aria-valuetext',
  'buttonLabel',
  'description',
  'detail',
  'hint',
  'label',
  'note',
  'placeholder',
  'sublabel',
  'title',
  'toolTip',
  'tooltip',
]);

const LETTER = /\p{L}/u;
const MESSAGE = 'What a person reads comes from the catalogue: use text().';

/** The strings of an expression that it may become: itself, the parts of a template, the ends of a condition. */
function* stringsOf(node) {
  switch (node?.type) {
    case 'Literal':
      if (typeof node.value === 'string') yield [node, node.value];
      return;
    case 'TemplateLiteral':
      for (const part of node.quasis) yield [part, part.value.cooked ?? part.value.raw];
      return;
    case 'ConditionalExpression':
      yield* stringsOf(node.consequent);
      yield* stringsOf(node.alternate);
      return;
    case 'LogicalExpression':
      yield* stringsOf(node.right);
      if (node.operator !== '&&') yield* stringsOf(node.left);
      return;
    case 'JSXExpressionContainer':
      yield* stringsOf(node.expression);
      return;
    // `'long' as const` is a value of the program.
    default:
  }
}

function nameOf(key) {
  if (key.type === 'Identifier' || key.type === 'JSXIdentifier') return key.name;
  return key.type === 'Literal' ? String(key.value) : '';
}

const rule = {
  meta: { type: 'problem', docs: { description: MESSAGE }, schema: [] },
  create(context) {
    const check = (node) => {
      for (const [place, string] of stringsOf(node)) {
        if (LETTER.test(string)) context.report({ node: place, message: MESSAGE });
      }
    };
    return {
      JSXText(node) {
        if (LETTER.test(node.value)) context.report({ node, message: MESSAGE });
      },
      JSXExpressionContainer(node) {
        if (node.parent?.type !== 'JSXAttribute') check(node);
      },
      JSXAttribute(node) {
        if (READ.has(nameOf(node.name))) check(node.value);
      },
      Property(node) {
        if (!node.computed && node.parent?.type === 'ObjectExpression' && READ.has(nameOf(node.key))) check(node.value);
      },
    };
  },
};

const plugin = { meta: { name: 'texts' }, rules: { 'bare-text': rule } };
export default plugin;
