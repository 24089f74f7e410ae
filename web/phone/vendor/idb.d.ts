export { openDB, deleteDB } from "idb";
export type { DBSchema, IDBPDatabase } from "idb";
