-- metering: remember which meter hangs at a point
-- Why:  a meter is replaced while the point stays; its seal and its verification belong to the device.
-- Kind: expand (nullable column).   Locks: short.   Data: none; what was recorded before says nothing of it.
ALTER TABLE metering_point_facts ADD COLUMN meter_serial text
    CONSTRAINT metering_point_facts_meter_serial_is_not_empty CHECK (meter_serial <> '');
