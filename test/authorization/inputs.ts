/** Input of each mutation on an object of the owner, new for each case. */
import { type Account, type Community, password } from "./community.js";
import type { Things } from "./things.js";

/** What an input may be made of. */
export interface Making {
  readonly community: Community;
  readonly things: Things;
  readonly owner: Account;
  /** Cursor of an event in the log. */
  readonly cursor: string;
}

type MakeInput = (making: Making) => object | Promise<object>;

const subscription = "subscription { postCreated { post { id } } }";
let made = 0;

const postId: MakeInput = async ({ things, owner }) => ({ postId: (await things.post(owner)).id });
const userId: MakeInput = ({ owner }) => ({ userId: owner.globalId });
const webhookId: MakeInput = async ({ things, owner }) => ({ webhookId: (await things.webhook(owner)).id });
const ownComment = async ({ things, owner }: Making) => {
  const post = await things.post(owner);
  return { post, comment: await things.comment(owner, { post: post.number }) };
};
const reportId = async ({ things, owner }: Making) => {
  const { number } = await things.post(owner);
  return { reportId: (await things.report(owner, { type: "POST", number })).id };
};
const aPost: MakeInput = async ({ things, owner }) => ({ id: (await things.post(owner)).id });
const commentId: MakeInput = async (making) => ({ commentId: (await ownComment(making)).comment.id });

export const inputs: Readonly<Record<string, MakeInput>> = {
  signUp: () => {
    made += 1;
    return { handle: `newcomer_${made}`, name: "New", email: `newcomer_${made}@example.org`, password };
  },
  signIn: ({ owner }) => ({ email: owner.email, password }),
  refreshSession: async ({ community, owner }) => ({ refreshToken: (await community.session(owner)).refreshToken }),
  signOut: () => ({}),
  updateProfile: () => ({ bio: "Changed" }),
  changePassword: () => ({ currentPassword: password, newPassword: `${password}!` }),
  createApiKey: () => ({ name: "Another", scopes: ["READ"] }),
  revokeApiKey: async ({ things, owner }) => ({ apiKeyId: (await things.apiKey(owner, null)).id }),
  revokeSession: async ({ community, things, owner }) => {
    await community.session(owner);
    return { sessionId: (await things.sessionOf(owner)).id };
  },
  exportMyData: () => ({}),
  deleteMyAccount: () => ({ password }),

  createPost: () => ({ title: "Another", content: "Written" }),
  updatePost: async (making) => ({ ...(await postId(making)), title: "Changed" }),
  deletePost: postId,
  likePost: postId,
  unlikePost: postId,
  createComment: async (making) => {
    const { post, comment } = await ownComment(making);
    return { postId: post.id, parentId: comment.id, text: "A reply" };
  },
  updateComment: async (making) => ({ ...(await commentId(making)), text: "Changed" }),
  // With a reply: what is left is a tombstone.
  deleteComment: async (making) => {
    const { post, comment } = await ownComment(making);
    await making.things.comment(making.owner, { post: post.number, parent: comment.number });
    return { commentId: comment.id };
  },
  likeComment: commentId,
  unlikeComment: commentId,
  followUser: userId,
  unfollowUser: userId,
  blockUser: userId,
  unblockUser: userId,
  reportContent: async (making) => ({ ...(await aPost(making)), reason: "SPAM" }),

  resolveReport: async (making) => ({ ...(await reportId(making)), resolution: "ACTED" }),
  hideContent: async (making) => ({ ...(await aPost(making)), reason: "Rude" }),
  showContent: async ({ things, owner }) => {
    const post = await things.post(owner);
    await things.hide(post, []);
    return { id: post.id };
  },
  suspendUser: ({ owner }) => ({ userId: owner.globalId, until: "2099-01-01T00:00:00Z", reason: "Rude" }),
  liftSuspension: userId,

  createWebhook: () => ({ url: "https://example.org/hook", subscription }),
  updateWebhook: async (making) => ({ ...(await webhookId(making)), description: "Changed" }),
  deleteWebhook: webhookId,
  pauseWebhook: webhookId,
  resumeWebhook: webhookId,
  rotateWebhookSecret: webhookId,
  testWebhook: webhookId,
  redeliver: async ({ things, owner }) => ({ deliveryId: (await things.delivery(await things.webhook(owner))).id }),
  replayWebhook: async (making) => ({ ...(await webhookId(making)), after: making.cursor }),
};
