ALTER TABLE photo DROP COLUMN thumbnail;
