// Brings a table that an earlier version made up to date: columns it does not have are added, what is in it stays.
import type { Database } from "./database.ts";

/** `columns` are definitions as in CREATE TABLE; each must have a default or may be NULL. */
export function addColumns(db: Database, table: string, columns: readonly string[]): void {
  db.transaction(() => {
    const there = new Set(
      db
        .statement<{ name: string }>(`SELECT name FROM pragma_table_info('${table}')`)
        .all()
        .map(({ name }) => name),
    );
    for (const column of columns) {
      const [name = ""] = column.trim().split(/\s/);
      if (!there.has(name)) db.exec(`ALTER TABLE ${table} ADD COLUMN ${column}`);
    }
  });
}
