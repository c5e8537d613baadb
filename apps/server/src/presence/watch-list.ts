/** Who follows the presence of whom: sockets of this node, each with a bounded set of users. */
export class WatchList<Socket> {
  readonly #bySocket = new Map<Socket, ReadonlySet<string>>();
  readonly #byUser = new Map<string, Set<Socket>>();

  /** Users who are followed by anybody. */
  get users(): ReadonlyMap<string, ReadonlySet<Socket>> {
    return this.#byUser;
  }

  get sockets(): ReadonlyMap<Socket, ReadonlySet<string>> {
    return this.#bySocket;
  }

  replace(socket: Socket, userIds: ReadonlySet<string>): void {
    this.forget(socket);
    if (userIds.size === 0) return;
    this.#bySocket.set(socket, userIds);
    for (const userId of userIds) {
      const sockets = this.#byUser.get(userId);
      if (sockets === undefined) this.#byUser.set(userId, new Set([socket]));
      else sockets.add(socket);
    }
  }

  forget(socket: Socket): void {
    for (const userId of this.#bySocket.get(socket) ?? []) {
      const sockets = this.#byUser.get(userId);
      sockets?.delete(socket);
      if (sockets?.size === 0) this.#byUser.delete(userId);
    }
    this.#bySocket.delete(socket);
  }
}
