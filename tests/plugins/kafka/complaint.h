// What a wrong configuration of a component is told when it is made; empty: nothing.
#pragma once
#include <gtest/gtest.h>
#include <copydesk/testing.hpp>

#include <string>

namespace copydesk::kafka {

template <class Component>
std::string complaint_of_making(const testing::Given& given) {
  try {
    const testing::Instance<Component> made{given};
    return "";
  } catch (const testing::StepFailed& e) {
    EXPECT_EQ(e.status, CD_CONFIG) << e.what();
    return e.why;
  }
}

}  // namespace copydesk::kafka
