-- A photo made small, for lists. Photos that were taken in before have none.
ALTER TABLE photo ADD COLUMN thumbnail BLOB;
