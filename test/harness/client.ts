/** A GraphQL client of a few lines, which shows status and headers too. */

export interface Sent {
  readonly token?: string;
  readonly headers?: Record<string, string>;
}

export interface GraphQLAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: GraphQLBody;
}

export interface GraphQLBody {
  // What an operation answers depends on the operation: a test says what it expects.
  // biome-ignore lint/suspicious/noExplicitAny: see above
  readonly data?: any;
  readonly errors?: readonly { message: string; path?: (string | number)[]; extensions: { code: string } }[];
  readonly extensions?: { readonly cost?: { readonly cost: number; readonly limit: number } };
}

export async function graphql(
  url: string,
  query: string,
  variables: Record<string, unknown> = {},
  { token, headers }: Sent = {},
): Promise<GraphQLAnswer> {
  const response = await fetch(`${url}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json", ...(token && { authorization: `Bearer ${token}` }), ...headers },
    body: JSON.stringify({ query, variables }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: JSON.parse(text) };
}
