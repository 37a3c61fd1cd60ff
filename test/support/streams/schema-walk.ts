import type * as z from 'zod';

/** Names every parameter that a schema takes: `open.directory`, `to.host`. A literal that must be there chooses the variant and is none. */
export function parametersOf(schema: z.core.$ZodType): readonly string[] {
  return [...new Set(walk(schema, '', true))].toSorted();
}

function walk(schema: z.core.$ZodType, path: string, isRequired: boolean): readonly string[] {
  const { def } = schema._zod as z.core.$ZodTypes['_zod'];
  switch (def.type) {
    case 'object': {
      const shape = def.shape as Readonly<Record<string, z.core.$ZodType>>;
      const variant = Object.values(shape).flatMap(variantOf).join(' ');
      const at = [path, variant].filter(Boolean).join('.');
      return Object.entries(shape).flatMap(([name, field]) => walk(field, at === '' ? name : `${at}.${name}`, true));
    }
    case 'union':
      return def.options.flatMap((option) => walk(option, path, isRequired));
    case 'optional':
    case 'nullable':
    case 'default':
    case 'catch':
    case 'readonly':
      return walk(def.innerType, path, false);
    case 'pipe':
      return walk(def.in, path, isRequired);
    case 'literal':
      return isRequired ? [] : [path];
    case 'string':
    case 'number':
    case 'boolean':
    case 'enum':
    case 'array':
    case 'record':
    case 'unknown':
      return [path];
    default:
      throw new Error(`a parameter of type ${def.type} is not known to this walk: ${path}`);
  }
}

/** The value of a literal that tells variants apart. */
function variantOf(field: z.core.$ZodType): readonly string[] {
  const { def } = field._zod as z.core.$ZodTypes['_zod'];
  return def.type === 'literal' && typeof def.values[0] === 'string' ? [def.values[0]] : [];
}
