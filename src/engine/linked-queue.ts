/** What can stand in a queue: in one at a time. */
export interface Linked<T> {
  next: T | null;
  previous: T | null;
}

/** First in, first out; anyone can leave from anywhere. The links lie in the items: nothing is allocated. */
export class LinkedQueue<T extends Linked<T>> {
  length = 0;
  #first: T | null = null;
  #last: T | null = null;

  get first(): T | null {
    return this.#first;
  }

  push(item: T): void {
    item.previous = this.#last;
    item.next = null;
    if (this.#last === null) this.#first = item;
    else this.#last.next = item;
    this.#last = item;
    this.length++;
  }

  /** Takes the first; null when there is none. */
  shift(): T | null {
    const item = this.#first;
    if (item !== null) this.remove(item);
    return item;
  }

  /** Takes out `item`, which must stand in this queue. */
  remove(item: T): void {
    if (item.previous === null) this.#first = item.next;
    else item.previous.next = item.next;
    if (item.next === null) this.#last = item.previous;
    else item.next.previous = item.previous;
    item.next = null;
    item.previous = null;
    this.length--;
  }
}
