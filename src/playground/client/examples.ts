/** Example tabs of the playground, in the order a newcomer needs them. A tab is named after its operation. */

interface Example {
  query: string;
  variables?: string;
  headers?: string;
}

/** Stored with the tabs, unlike headers, so it is still there after a reload. */
const needsToken = `# Needs the accessToken of SignUp, in Headers below:
#   {"authorization": "Bearer ..."}
`;

const headers = '{"authorization": "Bearer PASTE accessToken HERE"}';

const feed = `query Feed {
  posts(first: 20) {
    nodes {
      id
      title
      createdAt
      author { id name handle }
      comments(first: 3) {
        nodes {
          id
          text
          author { id name }
        }
      }
    }
  }
}
`;

const signUp = `mutation SignUp($input: SignUpInput!) {
  signUp(input: $input) {
    session {
      accessToken
      refreshToken
      accessTokenExpiresAt
    }
    user { id handle }
    userErrors { code message field }
  }
}
`;

const createPost = `${needsToken}mutation CreatePost($input: CreatePostInput!) {
  createPost(input: $input) {
    post { id title }
    userErrors { code message field }
  }
}
`;

const createComment = `${needsToken}# postId: the id of a post in Feed. parentId: the id of
# the comment of that post to reply to, or null.
mutation CreateComment($input: CreateCommentInput!) {
  createComment(input: $input) {
    comment { id text }
    userErrors { code message field }
  }
}
`;

const postsPage = `# For the next page put endCursor into Variables, "after".
query PostsPage($first: Int!, $after: String) {
  posts(first: $first, after: $after) {
    nodes { id title createdAt }
    pageInfo { hasNextPage endCursor }
    totalCount
  }
}
`;

const postCreated = `# Runs until stopped. Create a post in another window.
subscription PostCreated {
  postCreated {
    id
    cursor
    occurredAt
    post {
      id
      title
      author { name }
    }
  }
}
`;

export function exampleTabs(): Example[] {
  return [
    { query: feed },
    {
      query: signUp,
      variables: json({
        input: {
          handle: "ada",
          name: "Ada Lovelace",
          email: "ada@example.com",
          password: "correct horse battery staple",
        },
      }),
    },
    {
      query: createPost,
      variables: json({ input: { title: "Hello, Parley", content: "My **first** post." } }),
      headers,
    },
    {
      query: createComment,
      variables: json({ input: { postId: "PASTE a post's id HERE", text: "Well said.", parentId: null } }),
      headers,
    },
    { query: postsPage, variables: json({ first: 10, after: null }) },
    { query: postCreated },
  ];
}

function json(value: unknown): string {
  return JSON.stringify(value, null, 2);
}
