-- The photos that a sheet was applied with. A photo whose sheet was undone may be counted on another, and the ledger's
-- lines of the first still lead to it.
CREATE TABLE sheet_scan (
    sheet_id BIGINT NOT NULL REFERENCES count_sheet (id),
    scan_id BIGINT NOT NULL REFERENCES scan (id),
    PRIMARY KEY (sheet_id, scan_id)
);
INSERT INTO sheet_scan (sheet_id, scan_id)
SELECT scan.sheet_id, scan.id FROM scan JOIN count_sheet ON count_sheet.id = scan.sheet_id
WHERE count_sheet.status IN ('applied', 'undone') AND EXISTS (SELECT 1 FROM detection WHERE detection.scan_id = scan.id);
