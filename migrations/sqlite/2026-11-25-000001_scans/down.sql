DROP INDEX movement_by_sheet;
ALTER TABLE movement DROP COLUMN sheet_id;
DROP TABLE taught_look;
DROP TABLE vision_label;
DROP TABLE detection;
DROP TABLE scan;
DROP TABLE count_line;
DROP TABLE count_sheet;
DROP TABLE photo;
