/**
 * The async iterator handed to graphql-ws. Yields nothing (the engine writes to the socket itself); ends on `return()`
 * or `fail()`.
 */
import type { ExecutionResult } from "graphql";

export class SubscriptionHandle implements AsyncGenerator<ExecutionResult, void, void> {
  #ended = false;
  #cancel: (() => void) | undefined;
  #settle: ((error?: Error) => void) | undefined;
  #failure: Error | undefined;

  /** `cancel` is called once, when the subscription ends for any reason. */
  onEnd(cancel: () => void): void {
    if (this.#ended) cancel();
    else this.#cancel = cancel;
  }

  /** Ends it with an error that is sent to the client. */
  fail(error: Error): void {
    this.#failure = error;
    this.#end();
  }

  next(): Promise<IteratorResult<ExecutionResult, void>> {
    return new Promise((resolve, reject) => {
      this.#settle = () =>
        this.#failure === undefined ? resolve({ done: true, value: undefined }) : reject(this.#failure);
      if (this.#ended) this.#settle();
    });
  }

  return(): Promise<IteratorResult<ExecutionResult, void>> {
    this.#end();
    return Promise.resolve({ done: true, value: undefined });
  }

  throw(error: Error): Promise<IteratorResult<ExecutionResult, void>> {
    this.#end();
    return Promise.reject(error);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#end();
  }

  #end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#cancel?.();
    this.#settle?.();
  }
}
