import { Validator } from '@seriousme/openapi-schema-validator';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { PLATFORM_ROUTES, type Route, type RouteName } from '#shared/platform/index.ts';
import { callRoute, type RawAnswer } from './access-calls.ts';
import type { TestPlatform } from './test-platform.ts';

type Operation = Readonly<{
  operationId: string;
  'x-who': string;
  responses: Readonly<Record<string, Readonly<{ content?: Readonly<Record<string, unknown>> }>>>;
}>;
type Document = Readonly<{ paths: Readonly<Record<string, Readonly<Record<string, Operation>>>> }>;

/** Compares answers of a relay with the OpenAPI document that it serves. */
export class OpenApiCheck {
  readonly document: Document;
  readonly #ajv = new Ajv2020({ strict: false, formats: { 'idn-email': true, password: true } });
  readonly #checked = new Set<string>();

  private constructor(document: Document) {
    this.document = document;
    this.#ajv.addSchema(document, 'api');
  }

  /** Reads the document of a relay. @throws {Error} if it is not valid by the schema of OpenAPI */
  static async of(platform: TestPlatform): Promise<OpenApiCheck> {
    const { text } = await callRoute(platform, 'relay.openApi', {});
    const document = JSON.parse(text) as Document;
    const { valid, errors } = await new Validator().validate(structuredClone(document));
    if (!valid) throw new Error(`the document is not valid: ${JSON.stringify(errors)}`);
    return new OpenApiCheck(document);
  }

  /** Statuses of successes that were compared, with the name of their route. */
  get checked(): ReadonlySet<string> {
    return this.#checked;
  }

  /** Returns what is not as documented about the answer of a route; undefined for nothing. */
  problemOf(name: RouteName, { status, text }: RawAnswer): string | undefined {
    const route: Route = PLATFORM_ROUTES[name];
    const path = route.path.replaceAll(/:([a-z]+)/g, '{$1}');
    const method = route.method.toLowerCase();
    const operation = this.document.paths[path]?.[method];
    const response = operation?.responses[String(status)];
    if (operation === undefined || response === undefined) return `${status} is not documented`;
    if (operation['x-who'] !== route.who) return `it is documented for ${operation['x-who']}`;
    if (status < 400) this.#checked.add(`${name} ${status}`);
    if (response.content?.['application/json'] === undefined) return undefined;
    const pointer = ['paths', path, method, 'responses', String(status), 'content', 'application/json', 'schema']
      .map((part) => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1')))
      .join('/');
    const accepts = this.#ajv.getSchema(`api#/${pointer}`);
    if (accepts === undefined) return 'it has no schema';
    return accepts(JSON.parse(text)) === true ? undefined : this.#ajv.errorsText(accepts.errors);
  }
}
