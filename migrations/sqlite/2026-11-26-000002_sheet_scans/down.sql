DROP TABLE sheet_scan;
