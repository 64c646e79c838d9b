/**
 * The schema of the peers that are written by hand, and its resolvers. The context is where rows come from: prepared
 * statements (rows.mjs) or Prisma (apollo-prisma.mjs), both behind DataLoader.
 */
export const typeDefs = `
  scalar DateTime
  type Query { posts(first: Int = 20): [Post!]! post(id: ID!): Post }
  type Mutation { createComment(input: CreateCommentInput!): CreateCommentPayload! }
  input CreateCommentInput { postId: ID! text: String! }
  type CreateCommentPayload { comment: Comment }
  type User { id: ID! name: String! posts(first: Int = 20): [Post!]! }
  type Post { id: ID! title: String! createdAt: DateTime! author: User comments(first: Int = 20): [Comment!]! }
  type Comment { id: ID! text: String! author: User }
`;

const author = ({ authorId }, _, context) => (authorId === null ? null : context.users.load(authorId));

export const resolvers = {
  Query: {
    posts: (_, { first }, context) => context.latestPosts(first),
    post: (_, { id }, context) => context.posts.load(id),
  },
  Mutation: {
    createComment: async (_, { input }, context) => ({ comment: await context.addComment(input) }),
  },
  User: { posts: ({ id }, { first }, context) => context.postsOf(first).load(id) },
  Post: { author, comments: ({ id }, { first }, context) => context.commentsOf(first).load(id) },
  Comment: { author },
};
